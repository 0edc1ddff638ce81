"""Who signs in, by what proof, with which roles; sessions and preferences. An Account is a sign-in, not a person."""
