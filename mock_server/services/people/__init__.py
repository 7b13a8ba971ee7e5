"""Operations on users, their presence and their organization."""
