"""Operations on conversations and their participants."""
