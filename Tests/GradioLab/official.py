"""Calls every named endpoint of a Space without arguments through the official client of the same environment.

    python official.py URL [--auth USER:PASSWORD]

Prints one JSON object: for each endpoint (with its slash) {"result": ...}, what `predict` returned, or
{"error": ...}, the text of what it raised. Nothing is downloaded: files stay the objects that the server sent.
The endpoints are called one after the other, in the order of the server's list, in one session.
"""

import argparse
import json
import sys

sys.dont_write_bytecode = True

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("url")
parser.add_argument("--auth", metavar="USER:PASSWORD")
options = parser.parse_args()

from official_client import Client  # noqa: E402

auth = tuple(options.auth.split(":", 1)) if options.auth else None
client = Client(options.url, auth=auth, download_files=False)
results = {}
for endpoint in client.view_api(return_format="dict", print_info=False)["named_endpoints"]:
    try:
        results[endpoint] = {"result": client.predict(api_name=endpoint)}
    except Exception as error:
        results[endpoint] = {"error": str(error)}
json.dump(results, sys.stdout, sort_keys=True)
sys.stdout.write("\n")
