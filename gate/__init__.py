"""大门 What the gate is made of: words, options, the terminal, and the verbs by family; cli.py hangs them."""
