"""Graph → Graph. One pass = one file = one function `run(graph, target)`; compile.py lists them."""
