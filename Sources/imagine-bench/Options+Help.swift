extension Options {
    static let help = """
        imagine-bench measures this package against Python's clients and against bare C, on this machine's loopback.

        usage: swift run -c release imagine-bench [options]
          --only PREFIX   only the rows whose name begins so, such as generation or sse/small; may be repeated
          --quick         fewer rounds and less data: to see that it runs, not to compare
          --json          one JSON document in place of the table
          --python PATH   a Python that has aiohttp and gradio_client; else an environment is made in the cache folder
          --no-python     without Python's clients
          --list          the names of the rows
          --instructions FILE
                          counts instructions in place of time, with valgrind, and compares them with those in FILE
          --write         with --instructions: writes FILE
          --help          this text

        Swift first builds the package for release, which takes some minutes and is not measured. The rows of a group are then
        run in turn, several times. The table shows medians. The JSON document also has the smallest and largest figures, in
        seconds and bytes. A line that begins with ok or MISSED compares a figure with a goal that the package sets itself: the
        figure stands before the brackets, the goal in them, and x means "times that of the row it is compared with". The exit
        status is 0 even if a goal is missed, 1 if a row could not be run, and 2 for a wrong option or if nothing could be run.

        \(rows)

        Instructions are the same from run to run, also on a busy machine: an event of the parser, a message of Gradio's queue
        that is decoded, and a whole picture over CurlTransport. More than five in a hundred above FILE is exit status 1. FILE
        holds for one release of Swift on one kind of processor; with another the figures are only shown.

        --only soak runs what is not run otherwise: 10,000 generations over every provider and route, 200 at a time, against
        servers that get one request in twelve wrong. It takes some minutes, and says how each generation ended.
        """

    private static let rows = """
        The rows: CurlTransport and URLSessionTransport are the two ways in which this package can send requests, and other rows
        measure the part of the package that they name. A row with (C) does only what cannot be avoided, and shows what the
        machine could reach at best. A row with (Python) does the same work with a client for Python. CPU is processor time;
        wall is the time that passed.

        a picture through Gradio's queue: a job is submitted, its ten steps are read, and a picture of 100 KB is loaded
          CPU, wall                for one picture; one picture is made after the other
          CPU, wall, 16 lanes      for one picture, while sixteen are made at a time
          CPU, paced               for one picture, when the server sends its events one by one, a millisecond apart, as a server
                                   that works does. Otherwise it sends them at once, and they arrive together.
        very many pictures at once: a thousand that wait in a line, one being made at a time, and each hearing its place after
        every step; five thousand that are all made at once. A picture takes one descriptor: see ulimit -n.
          CPU, wall                for one picture
          memory                   for one picture, 100 KB of it its own
        open streams: so many event streams stay open at a time
          CPU at rest              the share of one processor that they take while nothing is sent
          memory                   for one stream
          open all                 how long it takes until all of them are open
          delay p50, p99           how long an event takes from the server to the loop that reads it: half of the events are
                                   faster than p50, all but one in a hundred faster than p99
          CPU/event                for one event
        event stream: a file is parsed. small holds messages as Gradio sends them, crlf the same with CR LF, big results with
        a picture inside, tiny events of a few bytes, line16 a single line of 16 MB, lines1m one event of a million lines, and
        drip one line that comes in pieces of 64 bytes.
          rate, time               of the whole file
          x 2 size                 how many times longer a file of twice the size takes: about 2 is right, 4 would be quadratic
          memory                   by how much the memory of the process grew
        a download to disk
          rate, CPU, memory        of the whole download; memory is how far the process grew at its peak
        a request over TLS, on a fresh connection with a full or a resumed handshake, or on a kept one
          CPU, wall                of the client, for one request
        multipart
          rate                     at which a body with a picture or with text is read
        a look at a job: a job's state is asked for again and again, a millisecond apart
          CPU, wall                for one question
        """
}
