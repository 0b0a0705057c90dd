"""filing on the web

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('web_count',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'hour', name=op.f('pk_web_count'))
    )
    with op.batch_alter_table('web_count', schema=None) as batch_op:
        batch_op.create_index('ix_web_count_hour', ['hour'], unique=False)

    op.create_table('web_receipt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_web_receipt_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_receipt')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_web_receipt_code_hash'))
    )
    with op.batch_alter_table('web_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_web_receipt_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('web_receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_web_receipt_person_id'))

    op.drop_table('web_receipt')
    with op.batch_alter_table('web_count', schema=None) as batch_op:
        batch_op.drop_index('ix_web_count_hour')

    op.drop_table('web_count')
