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
CREATE INDEX "api_keys_by_key" ON "api_keys" USING btree ("api_key");--> statement-breakpoint
CREATE INDEX "apps_by_developer" ON "apps" USING btree ("developer_id");