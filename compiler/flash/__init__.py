"""What the generated code takes in flash: prices of kernels, and the choice of their forms."""
