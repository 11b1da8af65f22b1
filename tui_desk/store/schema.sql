CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE attachment (
	message_id INTEGER NOT NULL,
	ordinal INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	content_type VARCHAR NOT NULL,
	size BIGINT NOT NULL,
	sha256 VARCHAR NOT NULL,
	inline BOOLEAN NOT NULL,
	content_id VARCHAR NOT NULL,
	PRIMARY KEY (message_id, ordinal)
);
CREATE TABLE body (
	message_id INTEGER NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (message_id)
);
CREATE TABLE change (
	seq INTEGER NOT NULL,
	ticket_id INTEGER NOT NULL,
	PRIMARY KEY (seq)
);
CREATE TABLE contact (
	email VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	first_seen BIGINT NOT NULL,
	last_seen BIGINT NOT NULL,
	tickets INTEGER NOT NULL,
	PRIMARY KEY (email)
);
CREATE TABLE counter (
	status VARCHAR NOT NULL,
	tickets INTEGER NOT NULL,
	PRIMARY KEY (status)
);
CREATE TABLE cycle (
	ticket_id INTEGER NOT NULL,
	ordinal INTEGER NOT NULL,
	asked_at BIGINT NOT NULL,
	answered_at BIGINT,
	agent VARCHAR NOT NULL,
	cal INTEGER,
	biz INTEGER,
	dropped BOOLEAN NOT NULL,
	PRIMARY KEY (ticket_id, ordinal)
);
CREATE INDEX cycle_answered ON cycle (answered_at);
CREATE TABLE draft (
	id INTEGER NOT NULL,
	ticket VARCHAR NOT NULL,
	agent VARCHAR NOT NULL,
	mode VARCHAR NOT NULL,
	data TEXT NOT NULL,
	saved_at BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (ticket, agent, mode)
);
CREATE TABLE event (
	seq INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	at BIGINT NOT NULL,
	agent VARCHAR NOT NULL,
	ticket VARCHAR NOT NULL,
	type VARCHAR NOT NULL,
	data TEXT NOT NULL,
	cause VARCHAR NOT NULL,
	v INTEGER NOT NULL,
	PRIMARY KEY (seq),
	UNIQUE (id)
);
CREATE INDEX event_agent ON event (agent, seq) WHERE agent <> 'system';
CREATE INDEX event_replied ON event (seq) WHERE type = 'replied';
CREATE INDEX event_ticket ON event (ticket);
CREATE TABLE folder (
	id INTEGER NOT NULL,
	account VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	role VARCHAR NOT NULL,
	uidvalidity BIGINT NOT NULL,
	high_water BIGINT NOT NULL,
	modseq BIGINT NOT NULL,
	synced_at BIGINT NOT NULL, history BIGINT DEFAULT '0' NOT NULL, to_come BIGINT DEFAULT '0' NOT NULL, here BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (account, name)
);
CREATE TABLE mail (
	id INTEGER NOT NULL,
	sha256 VARCHAR NOT NULL,
	content_hash VARCHAR NOT NULL,
	message_id VARCHAR NOT NULL,
	size BIGINT NOT NULL,
	internaldate BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	source VARCHAR NOT NULL,
	event_mark BIGINT NOT NULL,
	truncated BOOLEAN NOT NULL,
	quarantine VARCHAR NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (sha256)
);
CREATE INDEX mail_content_hash ON mail (content_hash);
CREATE INDEX mail_message_id ON mail (message_id);
CREATE TABLE message (
	id INTEGER NOT NULL,
	ticket_id INTEGER NOT NULL,
	mail_id INTEGER,
	event_id VARCHAR,
	at BIGINT NOT NULL,
	kind VARCHAR NOT NULL,
	author VARCHAR NOT NULL,
	author_name VARCHAR NOT NULL,
	recipients VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	message_id VARCHAR NOT NULL,
	snippet VARCHAR NOT NULL,
	attachments INTEGER NOT NULL,
	automatic VARCHAR NOT NULL,
	rule VARCHAR NOT NULL,
	flags VARCHAR NOT NULL, desk VARCHAR DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (event_id),
	UNIQUE (mail_id)
);
CREATE INDEX message_at ON message (at);
CREATE INDEX message_author ON message (author);
CREATE INDEX message_message_id ON message (message_id);
CREATE INDEX message_ticket ON message (ticket_id, at);
CREATE TABLE meta (
	"key" VARCHAR NOT NULL,
	value VARCHAR NOT NULL,
	PRIMARY KEY ("key")
);
CREATE TABLE outbox (
	id INTEGER NOT NULL,
	message_id VARCHAR NOT NULL,
	ticket VARCHAR NOT NULL,
	agent VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	sender VARCHAR NOT NULL,
	recipients VARCHAR NOT NULL,
	mime BLOB NOT NULL,
	in_reply_to VARCHAR NOT NULL,
	data TEXT NOT NULL,
	idempotency_key VARCHAR,
	not_before BIGINT NOT NULL,
	attempts INTEGER NOT NULL,
	error VARCHAR NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (idempotency_key),
	UNIQUE (message_id)
);
CREATE INDEX outbox_state ON outbox (state, not_before);
CREATE TABLE reference (
	message_id VARCHAR NOT NULL,
	ticket_id INTEGER NOT NULL,
	own BOOLEAN NOT NULL,
	PRIMARY KEY (message_id)
);
CREATE INDEX reference_ticket ON reference (ticket_id);
CREATE TABLE rollup (
	day INTEGER NOT NULL,
	agent VARCHAR NOT NULL,
	measure VARCHAR NOT NULL,
	bucket INTEGER NOT NULL,
	n INTEGER NOT NULL,
	total BIGINT NOT NULL,
	PRIMARY KEY (day, agent, measure, bucket)
);
CREATE TABLE status_span (
	ticket_id INTEGER NOT NULL,
	ordinal INTEGER NOT NULL,
	status VARCHAR NOT NULL,
	state_type VARCHAR NOT NULL,
	began_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	PRIMARY KEY (ticket_id, ordinal)
);
CREATE INDEX status_span_time ON status_span (began_at, ended_at);
CREATE TABLE ticket (
	id INTEGER NOT NULL,
	"key" VARCHAR NOT NULL,
	number VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	status VARCHAR NOT NULL,
	active INTEGER NOT NULL,
	priority VARCHAR NOT NULL,
	type VARCHAR NOT NULL,
	channel VARCHAR NOT NULL,
	assignee VARCHAR NOT NULL,
	requester VARCHAR NOT NULL,
	requester_name VARCHAR NOT NULL,
	tags VARCHAR NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	last_inbound_at BIGINT,
	last_outbound_at BIGINT,
	waiting_since BIGINT,
	snoozed_until BIGINT,
	wake_on VARCHAR NOT NULL,
	first_reply_at BIGINT,
	first_reply_agent VARCHAR NOT NULL,
	first_solved_at BIGINT,
	solved_at BIGINT,
	solved_by VARCHAR NOT NULL,
	closed_by_clock BOOLEAN NOT NULL,
	opened_by VARCHAR NOT NULL,
	historical BOOLEAN NOT NULL,
	thanks BOOLEAN NOT NULL,
	messages_in INTEGER NOT NULL,
	messages_out INTEGER NOT NULL,
	notes INTEGER NOT NULL,
	attachments INTEGER NOT NULL,
	reopens INTEGER NOT NULL,
	real_reopens INTEGER NOT NULL,
	closed_without_reply INTEGER NOT NULL,
	due_at BIGINT NOT NULL,
	first_due_at BIGINT,
	first_response_cal INTEGER,
	first_response_biz INTEGER,
	first_resolution_cal INTEGER,
	first_resolution_biz INTEGER,
	full_resolution_cal INTEGER,
	full_resolution_biz INTEGER,
	net_resolution_cal INTEGER,
	net_resolution_biz INTEGER,
	merged_into VARCHAR NOT NULL,
	version INTEGER NOT NULL, queue VARCHAR DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE ("key"),
	UNIQUE (number)
);
CREATE INDEX ticket_assignee_due ON ticket (assignee, due_at, id) WHERE active = 1;
CREATE INDEX ticket_created ON ticket (created_at, historical, status);
CREATE INDEX ticket_due ON ticket (due_at, id) WHERE active = 1;
CREATE INDEX ticket_first_due ON ticket (first_due_at) WHERE first_due_at IS NOT NULL;
CREATE INDEX ticket_first_reply ON ticket (first_reply_at) WHERE first_reply_at IS NOT NULL;
CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into <> '';
CREATE INDEX ticket_requester ON ticket (requester, created_at);
CREATE INDEX ticket_snoozed ON ticket (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX ticket_solved ON ticket (solved_at, historical, status) WHERE solved_at IS NOT NULL;
CREATE INDEX ticket_status_due ON ticket (status, due_at, id) WHERE active = 1;
CREATE INDEX ticket_done ON ticket (updated_at, id, status) WHERE active = 0;
CREATE TABLE ticket_tag (
	ticket_id INTEGER NOT NULL,
	tag VARCHAR NOT NULL,
	active INTEGER NOT NULL,
	due_at BIGINT NOT NULL,
	PRIMARY KEY (ticket_id, tag)
);
CREATE INDEX ticket_tag_due ON ticket_tag (tag, due_at, ticket_id) WHERE active = 1;
CREATE TABLE ledger (
	folder_id INTEGER NOT NULL,
	uidvalidity BIGINT NOT NULL,
	uid BIGINT NOT NULL,
	mail_id INTEGER,
	verdict VARCHAR NOT NULL,
	rule VARCHAR NOT NULL,
	flags VARCHAR NOT NULL,
	internaldate BIGINT NOT NULL,
	gone BOOLEAN NOT NULL, delivered VARCHAR DEFAULT '' NOT NULL,
	PRIMARY KEY (folder_id, uidvalidity, uid),
	FOREIGN KEY(folder_id) REFERENCES folder (id),
	FOREIGN KEY(mail_id) REFERENCES mail (id)
);
CREATE INDEX ledger_mail ON ledger (mail_id);
CREATE TABLE raw (
	mail_id INTEGER NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (mail_id),
	FOREIGN KEY(mail_id) REFERENCES mail (id)
);
CREATE VIRTUAL TABLE search USING fts5 (
    subject, people, body,
    content = '', tokenize = 'unicode61 remove_diacritics 2', prefix = '3'
);
CREATE INDEX ticket_queue_due ON ticket (queue, due_at, id) WHERE active = 1;
CREATE TABLE writeback (
	account VARCHAR NOT NULL,
	mail_id INTEGER NOT NULL,
	wanted TEXT NOT NULL,
	done TEXT NOT NULL,
	added VARCHAR NOT NULL,
	taken VARCHAR NOT NULL,
	home VARCHAR NOT NULL,
	tries INTEGER NOT NULL,
	not_before BIGINT NOT NULL,
	error VARCHAR NOT NULL,
	PRIMARY KEY (account, mail_id),
	FOREIGN KEY(mail_id) REFERENCES mail (id)
);
CREATE INDEX writeback_waiting ON writeback (account, not_before) WHERE wanted <> done;
CREATE INDEX outbox_answers ON outbox (in_reply_to, state, agent) WHERE in_reply_to <> '';
CREATE TRIGGER ledger_entered AFTER INSERT ON ledger WHEN new.gone = 0 BEGIN UPDATE folder SET here = here + 1 WHERE id = new.folder_id AND uidvalidity = new.uidvalidity; END;
CREATE TRIGGER ledger_gone AFTER UPDATE OF gone ON ledger WHEN new.gone <> old.gone BEGIN UPDATE folder SET here = here + old.gone - new.gone WHERE id = new.folder_id AND uidvalidity = new.uidvalidity; END;
CREATE TRIGGER ledger_dropped AFTER DELETE ON ledger WHEN old.gone = 0 BEGIN UPDATE folder SET here = here - 1 WHERE id = old.folder_id AND uidvalidity = old.uidvalidity; END;
CREATE TRIGGER folder_restarted AFTER UPDATE OF uidvalidity ON folder WHEN new.uidvalidity <> old.uidvalidity BEGIN UPDATE folder SET here = (SELECT count(*) FROM ledger WHERE folder_id = folder.id AND ledger.uidvalidity = folder.uidvalidity AND ledger.gone = 0) WHERE id = new.id; END;
INSERT INTO alembic_version (version_num) VALUES ('0005');
