"""who acted found quickly; what was typed for somebody waits for a yes

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_person', ['person_id', 'at'], unique=False)
        batch_op.create_index('ix_audit_unit', ['unit_id', 'at'], unique=False)

    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told_up_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('unreached_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column('proposal', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.drop_column('proposal')
        batch_op.drop_column('unreached_at')
        batch_op.drop_column('told_up_at')

    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_unit')
        batch_op.drop_index('ix_audit_person')
