internal import ImagineCommand

await Imagine.main()
