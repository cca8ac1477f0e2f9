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
CREATE TABLE "flow_definitions" (
	"hash" text PRIMARY KEY NOT NULL,
	"body" text NOT NULL,
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
CREATE TABLE "flow_node_history" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"flow_id" text NOT NULL,
	"node_id" text NOT NULL,
	"app_id" text NOT NULL,
	"uid" text NOT NULL,
	"question" text NOT NULL,
	"answer" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "starter_flows" (
	"flow_id" text PRIMARY KEY NOT NULL,
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
CREATE UNIQUE INDEX "api_keys_live" ON "api_keys" USING btree ("api_key") WHERE deleted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "apps_live_name" ON "apps" USING btree ("developer_id","source","channel_id","name") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "apps_by_age" ON "apps" USING btree ("created_at","app_id");--> statement-breakpoint
CREATE INDEX "flow_licences_by_group" ON "flow_licences" USING btree ("group_id");--> statement-breakpoint
CREATE INDEX "flows_by_app" ON "flows" USING btree ("app_id","id");--> statement-breakpoint
CREATE INDEX "flow_node_history_by_node" ON "flow_node_history" USING btree ("flow_id","node_id","app_id","uid","id");