// AdjointPlugin writes the other files of this target.
