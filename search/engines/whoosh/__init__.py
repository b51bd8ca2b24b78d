"""The engine on Whoosh: Whoosh keeps the posts and their postings durably, columns beside it answer the queries."""
