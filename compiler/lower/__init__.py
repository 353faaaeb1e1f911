"""Graph → Program: which kernels run, on which buffers, in which order."""
