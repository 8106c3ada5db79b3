"""What is to be done: sequence, step, recipe, material, layout, claim."""
