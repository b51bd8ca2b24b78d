"""The service from outside its process: wrk asks, one worker on one core answers. `make bench-http`."""
