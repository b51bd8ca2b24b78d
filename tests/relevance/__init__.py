"""How good the ranking is: judged queries, and the measures over them."""
