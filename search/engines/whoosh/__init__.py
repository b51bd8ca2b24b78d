"""The engine on Whoosh: it writes and keeps, columns answer.

columnar/ has the columns of a segment, storage/ the index on disk, answering/ the questions over it; engine.py and
reader.py are the contract of engines/base.py. schema.py stays where it is: Whoosh's pickles name it.
"""
