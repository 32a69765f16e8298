"""Pure functions over rows and `now`: a decision or a refusal comes out. Each names its clause."""
