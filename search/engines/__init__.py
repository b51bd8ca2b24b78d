"""Search engines behind one contract (base.py). Only service.py and indexing.py call one."""
