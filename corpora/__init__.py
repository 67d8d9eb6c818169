"""The public data sets that training learns from and benchmarks measure on."""
