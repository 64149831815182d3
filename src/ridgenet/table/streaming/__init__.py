"""Train on a table larger than memory: draw rows to learn the encoding from, encode all, and train in mini-batches."""
