"""roles, help desk, broadcasts

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('broadcast',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('media', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('audience', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('made_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_why', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('chat', sa.String(length=80), nullable=False),
    sa.Column('progress_id', sa.String(length=80), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told', sa.Integer(), nullable=False),
    sa.Column('told_done', sa.Integer(), nullable=False),
    sa.Column('watched_from', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('planned', 'running', 'paused', 'cancelled', 'done')", name=op.f('ck_broadcast_status')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_broadcast_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_broadcast_made_by_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_broadcast_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_broadcast'))
    )
    with op.batch_alter_table('broadcast', schema=None) as batch_op:
        batch_op.create_index('ix_broadcast_status', ['status', 'starts_at'], unique=False)

    op.create_table('recipient',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('broadcast_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('chat', sa.String(length=80), nullable=False),
    sa.Column('is_group', sa.Boolean(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=120), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('waiting', 'queued', 'sent', 'gone', 'failed', 'skipped')", name=op.f('ck_recipient_status')),
    sa.ForeignKeyConstraint(['broadcast_id'], ['broadcast.id'], name=op.f('fk_recipient_broadcast_id_broadcast')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recipient_person_id_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_recipient_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recipient')),
    sa.UniqueConstraint('broadcast_id', 'channel', 'chat', name=op.f('uq_recipient_broadcast_id_channel_chat'))
    )
    with op.batch_alter_table('recipient', schema=None) as batch_op:
        batch_op.create_index('ix_recipient_day', ['person_id', 'day'], unique=False)
        batch_op.create_index('ix_recipient_of', ['broadcast_id', 'status', 'id'], unique=False)
        batch_op.create_index('ix_recipient_waiting', ['broadcast_id', 'id'], unique=False, sqlite_where=sa.text("status = 'waiting'"), postgresql_where=sa.text("status = 'waiting'"))

    with op.batch_alter_table('invite', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cluster', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('to_name', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_invite_campaign_id_campaign'), 'campaign', ['campaign_id'], ['id'])
        batch_op.drop_constraint(op.f('ck_invite_kind'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_invite_kind'), "kind IN ('support', 'officer', 'admin', 'owner', 'group')"
        )

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reminders', sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('chat', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('taken_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('told_again_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('told_up_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('unreached_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column('proposal', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True)
        )
        batch_op.create_foreign_key(batch_op.f('fk_request_taken_by_person'), 'person', ['taken_by'], ['id'])

    with op.batch_alter_table('role', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cluster', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('given_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('revoked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_role_revoked_by_person'), 'person', ['revoked_by'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_role_campaign_id_campaign'), 'campaign', ['campaign_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_role_given_by_person'), 'person', ['given_by'], ['id'])
        batch_op.drop_constraint(op.f('ck_role_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_role_kind'), "kind IN ('support', 'officer', 'admin', 'owner')")

    for table in ('role', 'invite'):  # an admin of everything is called owner from now on
        op.execute(f"UPDATE {table} SET kind = 'owner' WHERE kind = 'admin' AND unit_id IS NULL")  # noqa: S608 - ours


def downgrade() -> None:
    op.execute("DELETE FROM role WHERE kind = 'support'")  # nobody knew these before
    op.execute("UPDATE role SET kind = 'admin' WHERE kind = 'owner'")
    op.execute("DELETE FROM invite WHERE kind = 'support'")
    op.execute("UPDATE invite SET kind = 'admin' WHERE kind = 'owner'")
    with op.batch_alter_table('role', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_role_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_role_kind'), "kind IN ('officer', 'admin')")
        batch_op.drop_constraint(batch_op.f('fk_role_given_by_person'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_role_campaign_id_campaign'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_role_revoked_by_person'), type_='foreignkey')
        batch_op.drop_column('revoked_by')
        batch_op.drop_column('given_by')
        batch_op.drop_column('campaign_id')
        batch_op.drop_column('cluster')

    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_request_taken_by_person'), type_='foreignkey')
        batch_op.drop_column('proposal')
        batch_op.drop_column('unreached_at')
        batch_op.drop_column('told_up_at')
        batch_op.drop_column('told_again_at')
        batch_op.drop_column('taken_at')
        batch_op.drop_column('taken_by')
        batch_op.drop_column('chat')
        batch_op.drop_column('channel')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('reminders')

    with op.batch_alter_table('invite', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_invite_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_invite_kind'), "kind IN ('officer', 'admin', 'group')")
        batch_op.drop_constraint(batch_op.f('fk_invite_campaign_id_campaign'), type_='foreignkey')
        batch_op.drop_column('withdrawn_at')
        batch_op.drop_column('to_name')
        batch_op.drop_column('campaign_id')
        batch_op.drop_column('cluster')

    with op.batch_alter_table('recipient', schema=None) as batch_op:
        batch_op.drop_index('ix_recipient_waiting', sqlite_where=sa.text("status = 'waiting'"), postgresql_where=sa.text("status = 'waiting'"))
        batch_op.drop_index('ix_recipient_of')
        batch_op.drop_index('ix_recipient_day')

    op.drop_table('recipient')
    with op.batch_alter_table('broadcast', schema=None) as batch_op:
        batch_op.drop_index('ix_broadcast_status')

    op.drop_table('broadcast')
