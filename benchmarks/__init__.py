"""Timings, each as a ratio inside one run; what a run did is checked, or the run is void."""
