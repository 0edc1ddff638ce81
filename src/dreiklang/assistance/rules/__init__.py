"""Learning from texts, by plain sums: terms, weights, probabilities that hold, and how good they are."""
