CREATE SEQUENCE "public"."knowledge_chunk_ids" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "accepted_turns" (
	"run_id" text PRIMARY KEY NOT NULL,
	"conversation_id" text NOT NULL,
	"started" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agent_files" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" text NOT NULL,
	"content_hash" text NOT NULL,
	"text_hash" text DEFAULT '' NOT NULL,
	"text_chars" integer DEFAULT 0 NOT NULL,
	"kind" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agent_starters" (
	"name" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bot_versions" (
	"app_id" text NOT NULL,
	"bot_id" text NOT NULL,
	"number" integer NOT NULL,
	"settings" jsonb NOT NULL,
	"keys_encrypted" text DEFAULT '' NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bot_versions_app_id_bot_id_number_pk" PRIMARY KEY("app_id","bot_id","number")
);
--> statement-breakpoint
CREATE TABLE "bots" (
	"app_id" text NOT NULL,
	"bot_id" text NOT NULL,
	"settings" jsonb NOT NULL,
	"keys_encrypted" text DEFAULT '' NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"published_version" integer,
	"published_revision" integer,
	"last_version" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bots_app_id_bot_id_pk" PRIMARY KEY("app_id","bot_id")
);
--> statement-breakpoint
CREATE TABLE "conversation_messages" (
	"conversation_id" text NOT NULL,
	"sequence" integer NOT NULL,
	"role" text NOT NULL,
	"content" text NOT NULL,
	"reasoning" text DEFAULT '' NOT NULL,
	"file_ids" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"run_id" text NOT NULL,
	"calls" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"citations" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"replaced_by" text,
	"failure" jsonb,
	"usage" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conversation_messages_conversation_id_sequence_pk" PRIMARY KEY("conversation_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" text NOT NULL,
	"bot_id" text NOT NULL,
	"uid" text DEFAULT '' NOT NULL,
	"title" text DEFAULT '' NOT NULL,
	"version" text DEFAULT 'published' NOT NULL,
	"open_run_id" text,
	"next_sequence" integer DEFAULT 0 NOT NULL,
	"summary" text DEFAULT '' NOT NULL,
	"summarised_before" integer DEFAULT 0 NOT NULL,
	"summary_due_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "memories" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" text NOT NULL,
	"bot_id" text NOT NULL,
	"uid" text NOT NULL,
	"text" text NOT NULL,
	"terms" text NOT NULL,
	"source" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "turn_keys" (
	"app_id" text NOT NULL,
	"key" text NOT NULL,
	"run_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "turn_keys_app_id_key_pk" PRIMARY KEY("app_id","key")
);
--> statement-breakpoint
CREATE TABLE "knowledge_evaluation_answers" (
	"evaluation_id" text NOT NULL,
	"number" integer NOT NULL,
	"measured" jsonb NOT NULL,
	CONSTRAINT "knowledge_evaluation_answers_evaluation_id_number_pk" PRIMARY KEY("evaluation_id","number")
);
--> statement-breakpoint
CREATE TABLE "knowledge_evaluations" (
	"id" text PRIMARY KEY NOT NULL,
	"base_id" text NOT NULL,
	"set_id" text NOT NULL,
	"state" text NOT NULL,
	"configurations" jsonb NOT NULL,
	"baseline" text NOT NULL,
	"questions_done" integer DEFAULT 0 NOT NULL,
	"results" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"failure_reason" text,
	"run_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_question_sets" (
	"id" text PRIMARY KEY NOT NULL,
	"base_id" text NOT NULL,
	"name" text NOT NULL,
	"question_count" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_questions" (
	"set_id" text NOT NULL,
	"number" integer NOT NULL,
	"question" text NOT NULL,
	"expected" jsonb NOT NULL,
	CONSTRAINT "knowledge_questions_set_id_number_pk" PRIMARY KEY("set_id","number")
);
--> statement-breakpoint
CREATE TABLE "knowledge_ragflow_documents" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" text NOT NULL,
	"group_id" text,
	"dataset_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_lance_batches" (
	"id" bigint PRIMARY KEY NOT NULL,
	"table_name" text NOT NULL,
	"seq" bigint,
	"abandoned" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_lance_tables" (
	"name" text PRIMARY KEY NOT NULL,
	"base_id" text NOT NULL,
	"dimensions" integer NOT NULL,
	"state" text NOT NULL,
	"maintained_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_bases" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" text NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"splitting" jsonb NOT NULL,
	"language" text DEFAULT 'auto' NOT NULL,
	"indexed_language" text DEFAULT 'en' NOT NULL,
	"engine" text DEFAULT 'segments' NOT NULL,
	"indexed_by" text DEFAULT 'segments' NOT NULL,
	"move_leased_until" timestamp with time zone,
	"retrieval" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"ocr_model" text,
	"vector_model" text,
	"vector_dimensions" integer,
	"vectors_leased_until" timestamp with time zone,
	"vectors_failure" jsonb,
	"keeps_queries" boolean DEFAULT true NOT NULL,
	"seq" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_chunks" (
	"id" bigint PRIMARY KEY NOT NULL,
	"base_id" text NOT NULL,
	"document_id" text NOT NULL,
	"key" text NOT NULL,
	"position" double precision NOT NULL,
	"title" text DEFAULT '' NOT NULL,
	"content" text NOT NULL,
	"context" text,
	"page" integer,
	"page_end" integer,
	"seq" bigint NOT NULL,
	"references" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"origin" text DEFAULT 'document' NOT NULL,
	"text_hash" text DEFAULT '' NOT NULL,
	"source_hash" text
);
--> statement-breakpoint
CREATE TABLE "knowledge_document_versions" (
	"document_id" text NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"content_hash" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"page_count" integer,
	"chunk_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "knowledge_document_versions_document_id_version_pk" PRIMARY KEY("document_id","version")
);
--> statement-breakpoint
CREATE TABLE "knowledge_documents" (
	"id" text PRIMARY KEY NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "knowledge_documents_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"app_id" text NOT NULL,
	"base_id" text,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"content_hash" text,
	"size_bytes" bigint DEFAULT 0 NOT NULL,
	"state" text NOT NULL,
	"failure_code" text,
	"failure_reason" text,
	"failure_remedy" text,
	"page_count" integer,
	"pages_read" integer DEFAULT 0 NOT NULL,
	"chunk_count" integer DEFAULT 0 NOT NULL,
	"folder_id" text,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"pending_version" integer,
	"source_url" text,
	"failed_pages" integer DEFAULT 0 NOT NULL,
	"reading_since" timestamp with time zone,
	"run_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_embeddings" (
	"base_id" text NOT NULL,
	"model" text NOT NULL,
	"text_hash" text NOT NULL,
	"vector" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "knowledge_embeddings_base_id_model_text_hash_pk" PRIMARY KEY("base_id","model","text_hash")
);
--> statement-breakpoint
CREATE TABLE "knowledge_folders" (
	"id" text PRIMARY KEY NOT NULL,
	"base_id" text NOT NULL,
	"parent_id" text,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_pages" (
	"document_id" text NOT NULL,
	"content_hash" text NOT NULL,
	"page" integer NOT NULL,
	"state" text NOT NULL,
	"text" text,
	"failure_code" text,
	"failure_reason" text,
	"failure_remedy" text,
	"attempts" integer DEFAULT 1 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "knowledge_pages_document_id_content_hash_page_pk" PRIMARY KEY("document_id","content_hash","page")
);
--> statement-breakpoint
CREATE TABLE "knowledge_queries" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" text NOT NULL,
	"base_ids" text[] NOT NULL,
	"question" text NOT NULL,
	"source" text NOT NULL,
	"settings" jsonb NOT NULL,
	"hits" jsonb NOT NULL,
	"took_ms" double precision NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_segments" (
	"base_id" text NOT NULL,
	"hash" text NOT NULL,
	"chunk_count" integer NOT NULL,
	"size_bytes" bigint NOT NULL,
	"lengths" jsonb NOT NULL,
	"seq" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "knowledge_segments_base_id_hash_pk" PRIMARY KEY("base_id","hash")
);
--> statement-breakpoint
CREATE TABLE "knowledge_starters" (
	"name" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_tombstones" (
	"base_id" text NOT NULL,
	"chunk_id" bigint NOT NULL,
	"seq" bigint NOT NULL,
	CONSTRAINT "knowledge_tombstones_base_id_chunk_id_pk" PRIMARY KEY("base_id","chunk_id")
);
--> statement-breakpoint
CREATE TABLE "mcp_grants" (
	"server_id" text NOT NULL,
	"owner_app_id" text NOT NULL,
	"sealed" text,
	"locked_until" timestamp with time zone,
	"locked_by" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mcp_grants_server_id_owner_app_id_pk" PRIMARY KEY("server_id","owner_app_id")
);
--> statement-breakpoint
CREATE TABLE "mcp_servers" (
	"server_id" text PRIMARY KEY NOT NULL,
	"owner_app_id" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"type" text DEFAULT '' NOT NULL,
	"flow_id" text DEFAULT '' NOT NULL,
	"schema" text DEFAULT '' NOT NULL,
	"transport" text NOT NULL,
	"url" text DEFAULT '' NOT NULL,
	"command" text DEFAULT '' NOT NULL,
	"args" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"sealed" text,
	"timeout_ms" integer NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mcp_sign_ins" (
	"state_hash" text PRIMARY KEY NOT NULL,
	"server_id" text NOT NULL,
	"owner_app_id" text NOT NULL,
	"sealed" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tool_calls" (
	"call_hash" text PRIMARY KEY NOT NULL,
	"answer" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tool_credential_bindings" (
	"owner_app_id" text NOT NULL,
	"tool_id" text NOT NULL,
	"scheme" text NOT NULL,
	"credential_id" text NOT NULL,
	"hosts" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tool_credential_bindings_owner_app_id_tool_id_scheme_pk" PRIMARY KEY("owner_app_id","tool_id","scheme")
);
--> statement-breakpoint
CREATE TABLE "tool_credentials" (
	"credential_id" text PRIMARY KEY NOT NULL,
	"owner_app_id" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"sealed" text NOT NULL,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tool_versions" (
	"version_id" bigserial PRIMARY KEY NOT NULL,
	"tool_id" text NOT NULL,
	"version" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"document" text NOT NULL,
	"deleted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tools" (
	"tool_id" text PRIMARY KEY NOT NULL,
	"owner_app_id" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"server_choices" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"deleted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"app_id" text NOT NULL,
	"api_key" text NOT NULL,
	"secret_fingerprint" text NOT NULL,
	"secret_encrypted" text NOT NULL,
	"scopes" text[] DEFAULT '{"full"}' NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"expires_at" timestamp with time zone,
	"replaced_by" text,
	"last_used_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_app_id_api_key_pk" PRIMARY KEY("app_id","api_key")
);
--> statement-breakpoint
CREATE TABLE "apps" (
	"app_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"developer_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"source" text DEFAULT 'admin' NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"disabled" boolean DEFAULT false NOT NULL,
	"space_id" text DEFAULT 'default' NOT NULL,
	"deleted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "call_limits" (
	"app_id" text NOT NULL,
	"api_key" text NOT NULL,
	"requests_per_second" integer,
	"requests_per_minute" integer,
	"burst" integer,
	"requests_per_day" integer,
	"requests_per_month" integer,
	"tokens_per_day" bigint,
	"tokens_per_month" bigint,
	CONSTRAINT "call_limits_app_id_api_key_pk" PRIMARY KEY("app_id","api_key")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" text PRIMARY KEY NOT NULL,
	"space_id" text NOT NULL,
	"role" text NOT NULL,
	"email" text,
	"token_hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"accepted_at" timestamp with time zone,
	"accepted_by" text,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "invitations_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "members" (
	"space_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "members_space_id_user_id_pk" PRIMARY KEY("space_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "password_resets" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "password_resets_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "quota_counters" (
	"app_id" text NOT NULL,
	"api_key" text NOT NULL,
	"period" text NOT NULL,
	"requests" bigint NOT NULL,
	CONSTRAINT "quota_counters_app_id_api_key_period_pk" PRIMARY KEY("app_id","api_key","period")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"address" text NOT NULL,
	"user_agent" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sessions_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "sign_in_attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer NOT NULL,
	"expire" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "spaces" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"administrator" boolean DEFAULT false NOT NULL,
	"disabled" boolean DEFAULT false NOT NULL,
	"oidc_issuer" text,
	"oidc_subject" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "flow_comparisons" (
	"flow_id" text NOT NULL,
	"version" text NOT NULL,
	"definition_hash" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "flow_comparisons_flow_id_version_pk" PRIMARY KEY("flow_id","version")
);
--> statement-breakpoint
CREATE TABLE "flow_definitions" (
	"hash" text PRIMARY KEY NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "flow_files" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" text NOT NULL,
	"content_hash" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"name" text NOT NULL,
	"extension" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "flow_licences" (
	"app_id" text NOT NULL,
	"group_id" text NOT NULL,
	"status" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "flow_licences_app_id_group_id_pk" PRIMARY KEY("app_id","group_id")
);
--> statement-breakpoint
CREATE TABLE "flow_variables" (
	"flow_id" text NOT NULL,
	"app_id" text NOT NULL,
	"uid" text NOT NULL,
	"chat_id" text NOT NULL,
	"name" text NOT NULL,
	"value" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "flow_variables_flow_id_app_id_uid_chat_id_name_pk" PRIMARY KEY("flow_id","app_id","uid","chat_id","name")
);
--> statement-breakpoint
CREATE TABLE "flow_versions" (
	"flow_id" text NOT NULL,
	"version" text NOT NULL,
	"definition_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "flow_versions_flow_id_version_pk" PRIMARY KEY("flow_id","version")
);
--> statement-breakpoint
CREATE TABLE "flows" (
	"id" text PRIMARY KEY NOT NULL,
	"group_id" text NOT NULL,
	"app_id" text NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"definition_hash" text,
	"release_hash" text,
	"status" integer DEFAULT 0 NOT NULL,
	"release_bits" integer DEFAULT 0 NOT NULL,
	"source" integer DEFAULT 1 NOT NULL,
	"tag" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_keys" (
	"app_id" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"run_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "run_keys_app_id_key_pk" PRIMARY KEY("app_id","key")
);
--> statement-breakpoint
CREATE TABLE "schedule_fires" (
	"schedule_id" text NOT NULL,
	"fire_at" timestamp with time zone NOT NULL,
	"state" text NOT NULL,
	"run_id" text NOT NULL,
	"error" text DEFAULT '' NOT NULL,
	"missed" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schedule_fires_schedule_id_fire_at_pk" PRIMARY KEY("schedule_id","fire_at")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" text NOT NULL,
	"name" text NOT NULL,
	"flow_id" text NOT NULL,
	"version" text DEFAULT '' NOT NULL,
	"cron" text NOT NULL,
	"timezone" text NOT NULL,
	"parameters" text NOT NULL,
	"enabled" boolean NOT NULL,
	"misfire" text NOT NULL,
	"next_fire_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "starter_flows" (
	"flow_id" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" text NOT NULL,
	"name" text NOT NULL,
	"flow_id" text NOT NULL,
	"version" text DEFAULT '' NOT NULL,
	"token_hash" text NOT NULL,
	"secret" text,
	"body_parameter" text,
	"parameters" text NOT NULL,
	"calls_per_minute_max" integer NOT NULL,
	"enabled" boolean NOT NULL,
	"minute_at" timestamp with time zone,
	"minute_calls" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workflow_node_history" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "workflow_node_history_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"flow_id" text NOT NULL,
	"node_id" text NOT NULL,
	"app_id" text NOT NULL,
	"uid" text NOT NULL,
	"chat_id" text NOT NULL,
	"round_key" text NOT NULL,
	"raw_question" text NOT NULL,
	"raw_answer" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"service" text NOT NULL,
	"actor" text NOT NULL,
	"actor_id" text NOT NULL,
	"app_id" text,
	"space_id" text,
	"action" text NOT NULL,
	"method" text NOT NULL,
	"path" text NOT NULL,
	"status" integer,
	"code" text DEFAULT '' NOT NULL,
	"request_id" text NOT NULL,
	"address" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_budgets" (
	"app_id" text PRIMARY KEY NOT NULL,
	"concurrency_max" integer,
	"day_tokens_max" bigint,
	"month_tokens_max" bigint,
	"day_cost_max" double precision,
	"month_cost_max" double precision,
	"currency" text DEFAULT 'USD' NOT NULL,
	"alert_at" double precision DEFAULT 0.8 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_slots" (
	"scope" text PRIMARY KEY NOT NULL,
	"holders" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_usage" (
	"hour" timestamp with time zone NOT NULL,
	"app_id" text NOT NULL,
	"model" text NOT NULL,
	"currency" text NOT NULL,
	"calls" bigint DEFAULT 0 NOT NULL,
	"broken_calls" bigint DEFAULT 0 NOT NULL,
	"estimated_calls" bigint DEFAULT 0 NOT NULL,
	"prompt_tokens" bigint DEFAULT 0 NOT NULL,
	"completion_tokens" bigint DEFAULT 0 NOT NULL,
	"estimated_tokens" bigint DEFAULT 0 NOT NULL,
	"cost_nano" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "model_usage_app_id_hour_model_currency_pk" PRIMARY KEY("app_id","hour","model","currency")
);
--> statement-breakpoint
CREATE TABLE "model_usage_writers" (
	"id" text PRIMARY KEY NOT NULL,
	"flush" bigint DEFAULT 0 NOT NULL,
	"open" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"seen" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "models" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"provider" text NOT NULL,
	"kind" text DEFAULT 'chat' NOT NULL,
	"url" text DEFAULT '' NOT NULL,
	"model_id" text NOT NULL,
	"api_key_encrypted" text DEFAULT '' NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"parameters" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"fallbacks" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"price" jsonb,
	"limits" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"capabilities" jsonb DEFAULT '{"tools":"unknown","images":"unknown","reasoning":"unknown"}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "models_name_unique" UNIQUE("name")
);
--> statement-breakpoint
ALTER TABLE "knowledge_evaluation_answers" ADD CONSTRAINT "knowledge_evaluation_answers_evaluation_id_knowledge_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."knowledge_evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_evaluations" ADD CONSTRAINT "knowledge_evaluations_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_evaluations" ADD CONSTRAINT "knowledge_evaluations_set_id_knowledge_question_sets_id_fk" FOREIGN KEY ("set_id") REFERENCES "public"."knowledge_question_sets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_question_sets" ADD CONSTRAINT "knowledge_question_sets_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_questions" ADD CONSTRAINT "knowledge_questions_set_id_knowledge_question_sets_id_fk" FOREIGN KEY ("set_id") REFERENCES "public"."knowledge_question_sets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_lance_batches" ADD CONSTRAINT "knowledge_lance_batches_table_name_knowledge_lance_tables_name_fk" FOREIGN KEY ("table_name") REFERENCES "public"."knowledge_lance_tables"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_lance_tables" ADD CONSTRAINT "knowledge_lance_tables_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_chunks" ADD CONSTRAINT "knowledge_chunks_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_chunks" ADD CONSTRAINT "knowledge_chunks_document_id_knowledge_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."knowledge_documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_document_versions" ADD CONSTRAINT "knowledge_document_versions_document_id_knowledge_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."knowledge_documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_documents" ADD CONSTRAINT "knowledge_documents_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_documents" ADD CONSTRAINT "knowledge_documents_folder_id_knowledge_folders_id_fk" FOREIGN KEY ("folder_id") REFERENCES "public"."knowledge_folders"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_embeddings" ADD CONSTRAINT "knowledge_embeddings_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_folders" ADD CONSTRAINT "knowledge_folders_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_folders" ADD CONSTRAINT "knowledge_folders_parent_id_knowledge_folders_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."knowledge_folders"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_pages" ADD CONSTRAINT "knowledge_pages_document_id_knowledge_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."knowledge_documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_segments" ADD CONSTRAINT "knowledge_segments_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_tombstones" ADD CONSTRAINT "knowledge_tombstones_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mcp_grants" ADD CONSTRAINT "mcp_grants_server_id_mcp_servers_server_id_fk" FOREIGN KEY ("server_id") REFERENCES "public"."mcp_servers"("server_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mcp_sign_ins" ADD CONSTRAINT "mcp_sign_ins_server_id_mcp_servers_server_id_fk" FOREIGN KEY ("server_id") REFERENCES "public"."mcp_servers"("server_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tool_credential_bindings" ADD CONSTRAINT "tool_credential_bindings_tool_id_tools_tool_id_fk" FOREIGN KEY ("tool_id") REFERENCES "public"."tools"("tool_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tool_credential_bindings" ADD CONSTRAINT "tool_credential_bindings_credential_id_tool_credentials_credential_id_fk" FOREIGN KEY ("credential_id") REFERENCES "public"."tool_credentials"("credential_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tool_versions" ADD CONSTRAINT "tool_versions_tool_id_tools_tool_id_fk" FOREIGN KEY ("tool_id") REFERENCES "public"."tools"("tool_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_space_id_spaces_id_fk" FOREIGN KEY ("space_id") REFERENCES "public"."spaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_space_id_spaces_id_fk" FOREIGN KEY ("space_id") REFERENCES "public"."spaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_files_by_content" ON "agent_files" USING btree ("content_hash");--> statement-breakpoint
CREATE INDEX "agent_files_by_text" ON "agent_files" USING btree ("text_hash");--> statement-breakpoint
CREATE INDEX "conversation_messages_files" ON "conversation_messages" USING gin ("file_ids");--> statement-breakpoint
CREATE INDEX "conversations_by_app" ON "conversations" USING btree ("app_id","uid","id");--> statement-breakpoint
CREATE INDEX "conversations_open" ON "conversations" USING btree ("open_run_id");--> statement-breakpoint
CREATE INDEX "conversations_summary" ON "conversations" USING btree ("summary_due_at");--> statement-breakpoint
CREATE INDEX "memories_of_user" ON "memories" USING btree ("app_id","bot_id","uid","id");--> statement-breakpoint
CREATE INDEX "turn_keys_by_age" ON "turn_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "knowledge_evaluations_by_base" ON "knowledge_evaluations" USING btree ("base_id","id");--> statement-breakpoint
CREATE INDEX "knowledge_question_sets_by_base" ON "knowledge_question_sets" USING btree ("base_id","id");--> statement-breakpoint
CREATE INDEX "knowledge_ragflow_documents_by_group" ON "knowledge_ragflow_documents" USING btree ("group_id","app_id");--> statement-breakpoint
CREATE INDEX "knowledge_ragflow_documents_unsaved" ON "knowledge_ragflow_documents" USING btree ("created_at") WHERE group_id is null;--> statement-breakpoint
CREATE INDEX "knowledge_lance_batches_by_table" ON "knowledge_lance_batches" USING btree ("table_name");--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_lance_tables_live" ON "knowledge_lance_tables" USING btree ("base_id","dimensions") WHERE state = 'live';--> statement-breakpoint
CREATE INDEX "knowledge_lance_tables_by_base" ON "knowledge_lance_tables" USING btree ("base_id");--> statement-breakpoint
CREATE INDEX "knowledge_bases_by_app" ON "knowledge_bases" USING btree ("app_id","id");--> statement-breakpoint
CREATE INDEX "knowledge_chunks_by_base" ON "knowledge_chunks" USING btree ("base_id","id");--> statement-breakpoint
CREATE INDEX "knowledge_chunks_by_text" ON "knowledge_chunks" USING btree ("base_id","text_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_chunks_by_key" ON "knowledge_chunks" USING btree ("document_id","key");--> statement-breakpoint
CREATE INDEX "knowledge_document_versions_by_object" ON "knowledge_document_versions" USING btree ("content_hash");--> statement-breakpoint
CREATE INDEX "knowledge_documents_by_base" ON "knowledge_documents" USING btree ("base_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_documents_by_number" ON "knowledge_documents" USING btree ("number");--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_documents_by_content" ON "knowledge_documents" USING btree ("base_id","content_hash");--> statement-breakpoint
CREATE INDEX "knowledge_documents_by_object" ON "knowledge_documents" USING btree ("content_hash");--> statement-breakpoint
CREATE INDEX "knowledge_documents_by_folder" ON "knowledge_documents" USING btree ("folder_id");--> statement-breakpoint
CREATE INDEX "knowledge_documents_by_name" ON "knowledge_documents" USING hash ("name");--> statement-breakpoint
CREATE INDEX "knowledge_documents_by_source" ON "knowledge_documents" USING hash ("source_url");--> statement-breakpoint
CREATE INDEX "knowledge_documents_by_tag" ON "knowledge_documents" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "knowledge_documents_by_metadata" ON "knowledge_documents" USING gin ("metadata" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "knowledge_documents_unfinished" ON "knowledge_documents" USING btree ("state","created_at") WHERE state not in ('ready', 'failed');--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_folders_by_name" ON "knowledge_folders" USING btree ("base_id",coalesce("parent_id", ''),"name");--> statement-breakpoint
CREATE INDEX "knowledge_queries_by_app" ON "knowledge_queries" USING btree ("app_id","id");--> statement-breakpoint
CREATE INDEX "knowledge_queries_by_base" ON "knowledge_queries" USING gin ("base_ids");--> statement-breakpoint
CREATE INDEX "knowledge_queries_by_age" ON "knowledge_queries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "knowledge_segments_by_hash" ON "knowledge_segments" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "knowledge_tombstones_by_seq" ON "knowledge_tombstones" USING btree ("base_id","seq");--> statement-breakpoint
CREATE INDEX "mcp_servers_of_owner" ON "mcp_servers" USING btree ("owner_app_id","server_id");--> statement-breakpoint
CREATE INDEX "mcp_sign_ins_by_expiry" ON "mcp_sign_ins" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "tool_calls_by_age" ON "tool_calls" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "tool_credential_bindings_of_credential" ON "tool_credential_bindings" USING btree ("credential_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tool_credentials_name" ON "tool_credentials" USING btree ("owner_app_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "tool_versions_live" ON "tool_versions" USING btree ("tool_id","version") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "tool_versions_by_age" ON "tool_versions" USING btree ("tool_id","version_id");--> statement-breakpoint
CREATE INDEX "tools_of_owner" ON "tools" USING btree ("owner_app_id","created_at","tool_id");--> statement-breakpoint
CREATE INDEX "tools_by_age" ON "tools" USING btree ("created_at","tool_id");--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_live" ON "api_keys" USING btree ("api_key") WHERE deleted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "apps_live_name" ON "apps" USING btree ("developer_id","source","channel_id","name") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "apps_by_age" ON "apps" USING btree ("created_at","app_id");--> statement-breakpoint
CREATE INDEX "apps_by_space" ON "apps" USING btree ("space_id");--> statement-breakpoint
CREATE INDEX "invitations_by_space" ON "invitations" USING btree ("space_id","created_at");--> statement-breakpoint
CREATE INDEX "members_by_user" ON "members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_by_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_by_identity" ON "users" USING btree ("oidc_issuer","oidc_subject");--> statement-breakpoint
CREATE INDEX "flow_files_by_content" ON "flow_files" USING btree ("content_hash");--> statement-breakpoint
CREATE INDEX "flow_files_by_age" ON "flow_files" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "flow_licences_by_group" ON "flow_licences" USING btree ("group_id");--> statement-breakpoint
CREATE INDEX "flows_by_app" ON "flows" USING btree ("app_id","id");--> statement-breakpoint
CREATE INDEX "run_keys_by_age" ON "run_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "schedule_fires_pending" ON "schedule_fires" USING btree ("created_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "schedule_fires_by_age" ON "schedule_fires" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "schedules_by_app" ON "schedules" USING btree ("app_id","id");--> statement-breakpoint
CREATE INDEX "schedules_due" ON "schedules" USING btree ("next_fire_at");--> statement-breakpoint
CREATE UNIQUE INDEX "webhooks_by_token" ON "webhooks" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "webhooks_by_app" ON "webhooks" USING btree ("app_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_node_history_round" ON "workflow_node_history" USING btree ("round_key");--> statement-breakpoint
CREATE INDEX "workflow_node_history_chat" ON "workflow_node_history" USING btree ("flow_id","node_id","app_id","uid","chat_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_by_app" ON "audit_entries" USING btree ("app_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_by_space" ON "audit_entries" USING btree ("space_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_by_actor" ON "audit_entries" USING btree ("actor_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_by_age" ON "audit_entries" USING btree ("at");--> statement-breakpoint
CREATE INDEX "model_usage_hour" ON "model_usage" USING btree ("hour");