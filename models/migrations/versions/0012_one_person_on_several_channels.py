"""one person on several channels

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('join_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('chat', sa.String(length=80), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_join_code_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_code')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_join_code_code_hash'))
    )
    with op.batch_alter_table('join_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_join_code_person_id'), ['person_id'], unique=False)

    op.create_table('joined',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kept_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('gone_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('parted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['gone_id'], ['person.id'], name=op.f('fk_joined_gone_id_person')),
    sa.ForeignKeyConstraint(['kept_id'], ['person.id'], name=op.f('fk_joined_kept_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_joined'))
    )
    with op.batch_alter_table('joined', schema=None) as batch_op:
        batch_op.create_index('ix_joined_gone', ['gone_id'], unique=False)
        batch_op.create_index('ix_joined_kept', ['kept_id', 'parted_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('joined', schema=None) as batch_op:
        batch_op.drop_index('ix_joined_kept')
        batch_op.drop_index('ix_joined_gone')

    op.drop_table('joined')
    with op.batch_alter_table('join_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_join_code_person_id'))

    op.drop_table('join_code')
