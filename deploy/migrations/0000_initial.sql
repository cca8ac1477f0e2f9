CREATE SEQUENCE "public"."knowledge_chunk_ids" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "agent_starters" (
	"name" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bots" (
	"app_id" text NOT NULL,
	"bot_id" text NOT NULL,
	"config" jsonb NOT NULL,
	"keys_encrypted" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bots_app_id_bot_id_pk" PRIMARY KEY("app_id","bot_id")
);
--> statement-breakpoint
CREATE TABLE "knowledge_bases" (
	"id" text PRIMARY KEY NOT NULL,
	"app_id" text NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"splitting" jsonb NOT NULL,
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
	"references" jsonb DEFAULT '{}'::jsonb NOT NULL
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
	"run_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
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
CREATE TABLE "api_keys" (
	"app_id" text NOT NULL,
	"api_key" text NOT NULL,
	"secret_fingerprint" text NOT NULL,
	"secret_encrypted" text NOT NULL,
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
	"deleted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
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
CREATE TABLE "models" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"provider" text NOT NULL,
	"url" text DEFAULT '' NOT NULL,
	"model_id" text NOT NULL,
	"api_key_encrypted" text DEFAULT '' NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"parameters" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "models_name_unique" UNIQUE("name")
);
--> statement-breakpoint
ALTER TABLE "knowledge_chunks" ADD CONSTRAINT "knowledge_chunks_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_chunks" ADD CONSTRAINT "knowledge_chunks_document_id_knowledge_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."knowledge_documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_documents" ADD CONSTRAINT "knowledge_documents_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_segments" ADD CONSTRAINT "knowledge_segments_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_tombstones" ADD CONSTRAINT "knowledge_tombstones_base_id_knowledge_bases_id_fk" FOREIGN KEY ("base_id") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "knowledge_bases_by_app" ON "knowledge_bases" USING btree ("app_id","id");--> statement-breakpoint
CREATE INDEX "knowledge_chunks_by_base" ON "knowledge_chunks" USING btree ("base_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_chunks_by_key" ON "knowledge_chunks" USING btree ("document_id","key");--> statement-breakpoint
CREATE INDEX "knowledge_documents_by_base" ON "knowledge_documents" USING btree ("base_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_documents_by_number" ON "knowledge_documents" USING btree ("number");--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_documents_by_content" ON "knowledge_documents" USING btree ("base_id","content_hash");--> statement-breakpoint
CREATE INDEX "knowledge_documents_by_object" ON "knowledge_documents" USING btree ("content_hash");--> statement-breakpoint
CREATE INDEX "knowledge_documents_unfinished" ON "knowledge_documents" USING btree ("state","created_at") WHERE state in ('queued', 'draft');--> statement-breakpoint
CREATE INDEX "knowledge_segments_by_hash" ON "knowledge_segments" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "knowledge_tombstones_by_seq" ON "knowledge_tombstones" USING btree ("base_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_live" ON "api_keys" USING btree ("api_key") WHERE deleted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "apps_live_name" ON "apps" USING btree ("developer_id","source","channel_id","name") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "apps_by_age" ON "apps" USING btree ("created_at","app_id");--> statement-breakpoint
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
CREATE INDEX "workflow_node_history_chat" ON "workflow_node_history" USING btree ("flow_id","node_id","app_id","uid","chat_id","id");