"""The watch: threads, waiting and the wall clock around the doors of `pipeline`."""
