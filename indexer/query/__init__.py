"""What is asked: from text to nodes, and from nodes to a plan that any engine can run."""
