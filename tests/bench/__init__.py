"""What generated C costs: instructions, memory, flash; beside what others need for the same."""
