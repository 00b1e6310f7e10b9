"""What the program talks about: plain frozen values that know nothing of files, networks or windows."""
