"""what could not be said to a person is kept until it can; the number a reminder was confirmed with

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('untold',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('about_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('payload', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('dedupe', sa.String(length=120), nullable=False),
    sa.Column('question', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_untold_person_id_person')),
    sa.ForeignKeyConstraint(['told_by'], ['person.id'], name=op.f('fk_untold_told_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_untold')),
    sa.UniqueConstraint('dedupe', name=op.f('uq_untold_dedupe'))
    )
    with op.batch_alter_table('untold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_untold_about_id'), ['about_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_untold_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('broadcast', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('broadcast', schema=None) as batch_op:
        batch_op.drop_column('confirmed')

    with op.batch_alter_table('untold', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_untold_person_id'))
        batch_op.drop_index(batch_op.f('ix_untold_about_id'))

    op.drop_table('untold')
