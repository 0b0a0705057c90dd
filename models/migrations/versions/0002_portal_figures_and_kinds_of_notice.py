"""portal figures and kinds of notice

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('drive',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('starts', sa.Date(), nullable=False),
    sa.Column('ends', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('base', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('made_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_drive_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_drive_made_by_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_drive_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drive'))
    )
    with op.batch_alter_table('drive', schema=None) as batch_op:
        batch_op.create_index('ix_drive_of', ['campaign_id', 'unit_id'], unique=False)

    op.create_table('notice_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('set_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_notice_line_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['set_by'], ['person.id'], name=op.f('fk_notice_line_set_by_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_notice_line_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_line')),
    sa.UniqueConstraint('campaign_id', 'unit_id', 'day', name=op.f('uq_notice_line_campaign_id_unit_id_day'))
    )
    op.create_table('portal_report',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_portal_report_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_portal_report_entered_by_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_portal_report_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_portal_report'))
    )
    with op.batch_alter_table('portal_report', schema=None) as batch_op:
        batch_op.create_index('ix_portal_report_of', ['campaign_id', 'unit_id', 'as_of'], unique=False)

    op.create_table('upload',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=True),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('account', sa.String(length=80), nullable=False),
    sa.Column('chat', sa.String(length=80), nullable=False),
    sa.Column('words', sa.String(length=40), nullable=False),
    sa.Column('media', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('waiting', 'done', 'failed', 'expired')", name=op.f('ck_upload_status')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_upload_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_upload_person_id_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_upload_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_upload_code_hash'))
    )
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.create_index('ix_upload_waiting', ['status', 'made_at'], unique=False)

    op.create_table('portal_figure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('report_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('filed', sa.Integer(), nullable=False),
    sa.Column('adjusted', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.CheckConstraint('filed >= 0', name=op.f('ck_portal_figure_filed')),
    sa.CheckConstraint('total >= 0', name=op.f('ck_portal_figure_total')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_portal_figure_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['report_id'], ['portal_report.id'], name=op.f('fk_portal_figure_report_id_portal_report')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_portal_figure_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_portal_figure'))
    )
    with op.batch_alter_table('portal_figure', schema=None) as batch_op:
        batch_op.create_index('ix_portal_figure_of', ['campaign_id', 'unit_id', 'as_of'], unique=False)
        batch_op.create_index(batch_op.f('ix_portal_figure_report_id'), ['report_id'], unique=False)

    op.create_table('preview',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chat_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('cut_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('numbers', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('shown_with', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("status IN ('shown', 'approved', 'posted', 'skipped')", name=op.f('ck_preview_status')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_preview_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['chat_id'], ['chat.id'], name=op.f('fk_preview_chat_id_chat')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_preview_decided_by_person')),
    sa.ForeignKeyConstraint(['shown_with'], ['preview.id'], name=op.f('fk_preview_shown_with_preview')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_preview')),
    sa.UniqueConstraint('campaign_id', 'chat_id', 'day', name=op.f('uq_preview_campaign_id_chat_id_day'))
    )
    with op.batch_alter_table('preview', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_preview_shown_with'), ['shown_with'], unique=False)

    op.create_table('offer',
    sa.Column('notice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('shown_with', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pictures', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('closes', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('waiting', 'posted', 'skipped')", name=op.f('ck_offer_status')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_offer_decided_by_person')),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_offer_notice_id_notice')),
    sa.ForeignKeyConstraint(['shown_with'], ['notice.id'], name=op.f('fk_offer_shown_with_notice')),
    sa.PrimaryKeyConstraint('notice_id', name=op.f('pk_offer'))
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_shown_with'), ['shown_with'], unique=False)

    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ranked_by', sa.String(length=10), nullable=False, server_default='filed'))
        batch_op.add_column(sa.Column('counts_from', sa.String(length=10), nullable=False, server_default='bot'))
        batch_op.create_check_constraint(op.f('ck_campaign_ranked_by'), "ranked_by IN ('filed', 'valid', 'authors')")
        batch_op.create_check_constraint(op.f('ck_campaign_counts_from'), "counts_from IN ('bot', 'portal', 'both')")

    with op.batch_alter_table('chat', schema=None) as batch_op:
        batch_op.add_column(sa.Column('days', sa.String(length=7), nullable=False, server_default='1234567'))
        batch_op.add_column(sa.Column('kinds', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('sorted_by', sa.String(length=10), nullable=False, server_default='percent'))
        batch_op.add_column(sa.Column('picture', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('preview', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('approval', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('quiet_from', sa.String(length=5), nullable=False, server_default='21:00'))
        batch_op.add_column(sa.Column('quiet_to', sa.String(length=5), nullable=False, server_default='06:00'))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('morning', sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.add_column(sa.Column('measure', sa.String(length=14), nullable=False, server_default='count'))
        batch_op.create_check_constraint(op.f('ck_target_measure'), "measure IN ('count', 'participation')")



def downgrade() -> None:
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_target_measure'), type_='check')
        batch_op.drop_column('measure')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('morning')

    with op.batch_alter_table('chat', schema=None) as batch_op:
        batch_op.drop_column('quiet_to')
        batch_op.drop_column('quiet_from')
        batch_op.drop_column('approval')
        batch_op.drop_column('preview')
        batch_op.drop_column('picture')
        batch_op.drop_column('sorted_by')
        batch_op.drop_column('kinds')
        batch_op.drop_column('days')

    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_campaign_counts_from'), type_='check')
        batch_op.drop_constraint(op.f('ck_campaign_ranked_by'), type_='check')
        batch_op.drop_column('counts_from')
        batch_op.drop_column('ranked_by')

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offer_shown_with'))

    op.drop_table('offer')
    with op.batch_alter_table('preview', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_preview_shown_with'))

    op.drop_table('preview')
    with op.batch_alter_table('portal_figure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_portal_figure_report_id'))
        batch_op.drop_index('ix_portal_figure_of')

    op.drop_table('portal_figure')
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.drop_index('ix_upload_waiting')

    op.drop_table('upload')
    with op.batch_alter_table('portal_report', schema=None) as batch_op:
        batch_op.drop_index('ix_portal_report_of')

    op.drop_table('portal_report')
    op.drop_table('notice_line')
    with op.batch_alter_table('drive', schema=None) as batch_op:
        batch_op.drop_index('ix_drive_of')

    op.drop_table('drive')
