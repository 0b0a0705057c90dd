"""tokens that a platform renews

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('channel_secret',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('access', sa.Text(), nullable=False),
    sa.Column('refresh', sa.Text(), nullable=False),
    sa.Column('access_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('refresh_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('renew_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('previous', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('spending', sa.String(length=16), nullable=True),
    sa.Column('spending_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('spending_by', sa.String(length=60), nullable=True),
    sa.Column('problem', sa.String(length=20), nullable=False),
    sa.Column('problem_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_channel_secret'))
    )


def downgrade() -> None:
    op.drop_table('channel_secret')
