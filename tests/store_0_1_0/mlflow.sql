BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('dc11669786a5');
CREATE TABLE "assessments" (
	assessment_id VARCHAR(50) NOT NULL, 
	trace_id VARCHAR(50) NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	assessment_type VARCHAR(20) NOT NULL, 
	value TEXT NOT NULL, 
	error TEXT, 
	created_timestamp BIGINT NOT NULL, 
	last_updated_timestamp BIGINT NOT NULL, 
	source_type VARCHAR(50) NOT NULL, 
	source_id VARCHAR(250), 
	run_id VARCHAR(32), 
	span_id VARCHAR(50), 
	rationale TEXT, 
	overrides VARCHAR(50), 
	valid BOOLEAN NOT NULL, 
	assessment_metadata TEXT, 
	experiment_id INTEGER, 
	trace_timestamp_ms BIGINT, 
	aggregate_value FLOAT, 
	is_numeric_value BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT assessments_pk PRIMARY KEY (assessment_id), 
	CONSTRAINT fk_assessments_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE budget_policies (
	budget_policy_id VARCHAR(36) NOT NULL, 
	budget_unit VARCHAR(32) NOT NULL, 
	budget_amount FLOAT NOT NULL, 
	duration_unit VARCHAR(32) NOT NULL, 
	duration_value INTEGER NOT NULL, 
	target_scope VARCHAR(32) NOT NULL, 
	budget_action VARCHAR(32) NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, target_value VARCHAR(255), 
	CONSTRAINT budget_policies_pk PRIMARY KEY (budget_policy_id)
);
CREATE TABLE "datasets" (
	dataset_uuid VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	digest VARCHAR(36) NOT NULL, 
	dataset_source_type VARCHAR(36) NOT NULL, 
	dataset_source TEXT NOT NULL, 
	dataset_schema TEXT, 
	dataset_profile TEXT, 
	CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest), 
	CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "datasets" VALUES('fac00493c67644269fc46b02916d9a67',1,'prod','09934838','fcnn','{"dataset.name": "prod", "dataset.n_points": "200", "dataset.noise": "0.0", "dataset.seed": "0"}',NULL,NULL);
INSERT INTO "datasets" VALUES('2cb4235d25224bd49300d78144285f45',2,'csv, houses.csv','189327e0','fcnn','{"dataset.name": "csv", "dataset.path": "{folder}/houses.csv", "dataset.target": "price", "dataset.features": "None", "dataset.task": "regression", "dataset.validation_share": "0.2", "dataset.seed": "0", "dataset.digest": "105b0edf9cd2737b"}',NULL,NULL);
INSERT INTO "datasets" VALUES('49af498416ee46e8bd3f19e6f0ccc5ed',3,'prod','09934838','fcnn','{"dataset.name": "prod", "dataset.n_points": "200", "dataset.noise": "0.0", "dataset.seed": "0"}',NULL,NULL);
INSERT INTO "datasets" VALUES('b79237d837174460a6b84e0590e4cdcd',4,'prod','09934838','fcnn','{"dataset.name": "prod", "dataset.n_points": "200", "dataset.noise": "0.0", "dataset.seed": "0"}',NULL,NULL);
CREATE TABLE endpoint_bindings (
	endpoint_id VARCHAR(36) NOT NULL, 
	resource_type VARCHAR(50) NOT NULL, 
	resource_id VARCHAR(255) NOT NULL, 
	created_at BIGINT NOT NULL, 
	created_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), display_name VARCHAR(255), 
	CONSTRAINT endpoint_bindings_pk PRIMARY KEY (endpoint_id, resource_type, resource_id), 
	CONSTRAINT fk_endpoint_bindings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE
);
CREATE TABLE endpoint_model_mappings (
	mapping_id VARCHAR(36) NOT NULL, 
	endpoint_id VARCHAR(36) NOT NULL, 
	model_definition_id VARCHAR(36) NOT NULL, 
	weight FLOAT NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, linkage_type VARCHAR(64) DEFAULT 'PRIMARY' NOT NULL, fallback_order INTEGER, 
	CONSTRAINT endpoint_model_mappings_pk PRIMARY KEY (mapping_id), 
	CONSTRAINT fk_endpoint_model_mappings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, 
	CONSTRAINT fk_endpoint_model_mappings_model_definition_id FOREIGN KEY(model_definition_id) REFERENCES model_definitions (model_definition_id)
);
CREATE TABLE endpoint_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	endpoint_id VARCHAR(36) NOT NULL, 
	CONSTRAINT endpoint_tag_pk PRIMARY KEY ("key", endpoint_id), 
	CONSTRAINT fk_endpoint_tags_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE
);
CREATE TABLE "endpoints" (
	endpoint_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255), 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	routing_strategy VARCHAR(64), 
	fallback_config_json TEXT, 
	experiment_id INTEGER, 
	usage_tracking BOOLEAN DEFAULT '0' NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT endpoints_pk PRIMARY KEY (endpoint_id), 
	CONSTRAINT fk_endpoints_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE SET NULL, 
	CONSTRAINT uq_endpoints_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE entity_associations (
	association_id VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, 
	created_time BIGINT, 
	CONSTRAINT entity_associations_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
CREATE TABLE "evaluation_dataset_records" (
	dataset_record_id VARCHAR(36) NOT NULL, 
	dataset_id VARCHAR(36) NOT NULL, 
	inputs JSON NOT NULL, 
	expectations JSON, 
	tags JSON, 
	source JSON, 
	source_id VARCHAR(36), 
	source_type VARCHAR(255), 
	created_time BIGINT, 
	last_update_time BIGINT, 
	created_by VARCHAR(255), 
	last_updated_by VARCHAR(255), 
	input_hash VARCHAR(64) NOT NULL, outputs JSON, 
	CONSTRAINT evaluation_dataset_records_pk PRIMARY KEY (dataset_record_id), 
	CONSTRAINT fk_evaluation_dataset_records_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE, 
	CONSTRAINT unique_dataset_input UNIQUE (dataset_id, input_hash)
);
CREATE TABLE evaluation_dataset_tags (
	dataset_id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	value VARCHAR(5000), 
	CONSTRAINT evaluation_dataset_tags_pk PRIMARY KEY (dataset_id, "key"), 
	CONSTRAINT fk_evaluation_dataset_tags_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE
);
CREATE TABLE "evaluation_datasets" (
	dataset_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	schema TEXT, 
	profile TEXT, 
	digest VARCHAR(64), 
	created_time BIGINT, 
	last_update_time BIGINT, 
	created_by VARCHAR(255), 
	last_updated_by VARCHAR(255), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT evaluation_datasets_pk PRIMARY KEY (dataset_id)
);
CREATE TABLE "experiment_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value TEXT, 
	experiment_id INTEGER NOT NULL, 
	CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE "experiments" (
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	artifact_location VARCHAR(256), 
	lifecycle_stage VARCHAR(32), 
	creation_time BIGINT, 
	last_update_time BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
	CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name)
);
INSERT INTO "experiments" VALUES(0,'Default','{folder}/mlruns/0','active',1795627574363,1795627574363,'default');
INSERT INTO "experiments" VALUES(1,'tiny','file://{folder}/mlruns/tiny','active',1795627574377,1795627574377,'default');
INSERT INTO "experiments" VALUES(2,'table','file://{folder}/mlruns/table','active',1795627583600,1795627583600,'default');
INSERT INTO "experiments" VALUES(3,'rates','file://{folder}/mlruns/rates','active',1795627590842,1795627590842,'default');
INSERT INTO "experiments" VALUES(4,'single','file://{folder}/mlruns/single','active',1795627601157,1795627601157,'default');
CREATE TABLE guardrail_configs (
	endpoint_id VARCHAR(36) NOT NULL, 
	guardrail_id VARCHAR(36) NOT NULL, 
	execution_order INTEGER, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT guardrail_configs_pk PRIMARY KEY (endpoint_id, guardrail_id), 
	CONSTRAINT fk_guardrail_configs_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, 
	CONSTRAINT fk_guardrail_configs_guardrail_id FOREIGN KEY(guardrail_id) REFERENCES guardrails (guardrail_id) ON DELETE CASCADE
);
CREATE TABLE guardrails (
	guardrail_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	scorer_version INTEGER NOT NULL, 
	stage VARCHAR(32) NOT NULL, 
	action VARCHAR(32) NOT NULL, 
	action_endpoint_id VARCHAR(36), 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT guardrails_pk PRIMARY KEY (guardrail_id), 
	CONSTRAINT fk_guardrails_scorer_version FOREIGN KEY(scorer_id, scorer_version) REFERENCES scorer_versions (scorer_id, scorer_version), 
	CONSTRAINT fk_guardrails_action_endpoint_id FOREIGN KEY(action_endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE SET NULL
);
CREATE TABLE input_tags (
	input_uuid VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	value VARCHAR(500) NOT NULL, 
	CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)
);
INSERT INTO "input_tags" VALUES('c0c9454ddef444c79ebb90eea22a1f3b','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('710a36fc2e364287950e91ba59f2cbe2','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('ab9071d3f56d494f994516183e453f89','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('d25f0b4cb52f4e7887889162cc413491','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('7ca167a693a64aa3b6f9580087951f7e','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('372a296498754156a270649f06b74eb4','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('77e6407e1fe5413c8175c4852f22fd37','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('9e46f9db8573489f956c79f344c19abe','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('26d4310e533549b994662bca01e532cf','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('c12e6adf7d504298b1e894e62afa3059','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('beb6b9e255d34a76817ea1a4bb3796e9','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('fc2acdbbb79f4723b23fe07de9af9257','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('e6e4714cdab243b681d59fc49ca352d9','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('3a22cb0753fc426ea2b0177e31fd4c2c','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('6889b93dfbc04c4099567338f0571690','mlflow.data.context','training');
CREATE TABLE inputs (
	input_uuid VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
INSERT INTO "inputs" VALUES('c0c9454ddef444c79ebb90eea22a1f3b','DATASET','fac00493c67644269fc46b02916d9a67','RUN','1987259a7cb44e858289243d26605f26',0);
INSERT INTO "inputs" VALUES('710a36fc2e364287950e91ba59f2cbe2','DATASET','fac00493c67644269fc46b02916d9a67','RUN','698eab1807f0452ea9c97ca275338f4c',0);
INSERT INTO "inputs" VALUES('ab9071d3f56d494f994516183e453f89','DATASET','fac00493c67644269fc46b02916d9a67','RUN','76231aedae35406f9412025476058046',0);
INSERT INTO "inputs" VALUES('d25f0b4cb52f4e7887889162cc413491','DATASET','fac00493c67644269fc46b02916d9a67','RUN','ed6f0c7ccda643adb7a6e004f65b54e0',0);
INSERT INTO "inputs" VALUES('7ca167a693a64aa3b6f9580087951f7e','DATASET','fac00493c67644269fc46b02916d9a67','RUN','76be59162113403c905f24024867d56a',0);
INSERT INTO "inputs" VALUES('372a296498754156a270649f06b74eb4','DATASET','fac00493c67644269fc46b02916d9a67','RUN','e011ff3511ee41be855687bb7f7a7417',0);
INSERT INTO "inputs" VALUES('77e6407e1fe5413c8175c4852f22fd37','DATASET','fac00493c67644269fc46b02916d9a67','RUN','e98b8ac977a0434a9ba7017a8eccc74a',0);
INSERT INTO "inputs" VALUES('9e46f9db8573489f956c79f344c19abe','DATASET','fac00493c67644269fc46b02916d9a67','RUN','223e00c67d684a2c8d2e3be4fc16a1dc',0);
INSERT INTO "inputs" VALUES('26d4310e533549b994662bca01e532cf','DATASET','2cb4235d25224bd49300d78144285f45','RUN','db5d724ade1a44269e600c723c664a28',0);
INSERT INTO "inputs" VALUES('c12e6adf7d504298b1e894e62afa3059','DATASET','2cb4235d25224bd49300d78144285f45','RUN','25c9765f1bec403bb1f5f7bd536569c0',0);
INSERT INTO "inputs" VALUES('beb6b9e255d34a76817ea1a4bb3796e9','DATASET','2cb4235d25224bd49300d78144285f45','RUN','d1b930bca4e84ee19b714bf65ff71dbb',0);
INSERT INTO "inputs" VALUES('fc2acdbbb79f4723b23fe07de9af9257','DATASET','2cb4235d25224bd49300d78144285f45','RUN','8eee40d2b7ff4ec7b938d47e44ee2fb2',0);
INSERT INTO "inputs" VALUES('e6e4714cdab243b681d59fc49ca352d9','DATASET','49af498416ee46e8bd3f19e6f0ccc5ed','RUN','6d9be1162b4c4ac286f55a0f5cda5d4a',0);
INSERT INTO "inputs" VALUES('3a22cb0753fc426ea2b0177e31fd4c2c','DATASET','49af498416ee46e8bd3f19e6f0ccc5ed','RUN','a557647b0d63483a8de26699cd089f89',0);
INSERT INTO "inputs" VALUES('6889b93dfbc04c4099567338f0571690','DATASET','b79237d837174460a6b84e0590e4cdcd','RUN','feb3916d679b4a799fc9228550a95975',0);
CREATE TABLE issues (
	issue_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	description TEXT NOT NULL, 
	status VARCHAR(50) NOT NULL, 
	severity VARCHAR(50), 
	root_causes TEXT, 
	source_run_id VARCHAR(32), 
	categories TEXT, 
	created_timestamp BIGINT NOT NULL, 
	last_updated_timestamp BIGINT NOT NULL, 
	created_by VARCHAR(255), 
	CONSTRAINT issues_pk PRIMARY KEY (issue_id), 
	CONSTRAINT fk_issues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
	CONSTRAINT fk_issues_source_run_id FOREIGN KEY(source_run_id) REFERENCES runs (run_uuid) ON DELETE SET NULL
);
CREATE TABLE job_locks (
	lock_key VARCHAR(255) NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	acquired_at BIGINT NOT NULL, 
	CONSTRAINT job_locks_pk PRIMARY KEY (lock_key), 
	CONSTRAINT fk_job_locks_job_id FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE
);
CREATE TABLE "jobs" (
	id VARCHAR(36) NOT NULL, 
	creation_time BIGINT NOT NULL, 
	job_name VARCHAR(500) NOT NULL, 
	params TEXT NOT NULL, 
	timeout FLOAT, 
	status INTEGER NOT NULL, 
	result TEXT, 
	retry_count INTEGER NOT NULL, 
	last_update_time BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, status_details JSON, creator VARCHAR(255), executor_backend VARCHAR(255), lease_expires_at BIGINT, status_message TEXT, progress JSON, progress_updated_at BIGINT, token_hash VARCHAR(64), scoped_permissions JSON, next_attempt_at BIGINT, 
	CONSTRAINT jobs_pk PRIMARY KEY (id)
);
CREATE TABLE label_schemas (
	schema_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	type VARCHAR(16) NOT NULL, 
	instruction TEXT, 
	enable_comment BOOLEAN DEFAULT '0' NOT NULL, 
	input_type VARCHAR(32) NOT NULL, 
	input_config TEXT NOT NULL, 
	created_by VARCHAR(255), 
	created_time BIGINT NOT NULL, 
	last_update_time BIGINT NOT NULL, 
	is_default BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT label_schemas_pk PRIMARY KEY (schema_id), 
	CONSTRAINT fk_label_schemas_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
	CONSTRAINT uq_label_schemas_exp_name UNIQUE (experiment_id, name)
);
CREATE TABLE "latest_metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT, 
	step BIGINT NOT NULL, 
	is_nan BOOLEAN NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "latest_metrics" VALUES('loss',1.22061610221862792968e-01,1795627580167,5,0,'76be59162113403c905f24024867d56a');
INSERT INTO "latest_metrics" VALUES('val_loss',1.04505583643913269042e-01,1795627580167,5,0,'76be59162113403c905f24024867d56a');
INSERT INTO "latest_metrics" VALUES('loss',1.22137121856212615966e-01,1795627580175,5,0,'e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "latest_metrics" VALUES('val_loss',1.04464247822761535644e-01,1795627580175,5,0,'e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "latest_metrics" VALUES('loss',1.21741130948066711425e-01,1795627580180,5,0,'e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "latest_metrics" VALUES('val_loss',1.04559876024723052978e-01,1795627580180,5,0,'e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "latest_metrics" VALUES('loss',1.21801987290382385253e-01,1795627580184,5,0,'223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "latest_metrics" VALUES('val_loss',1.04534007608890533447e-01,1795627580184,5,0,'223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "latest_metrics" VALUES('loss',1.21862106025218963623e-01,1795627580442,5,0,'1987259a7cb44e858289243d26605f26');
INSERT INTO "latest_metrics" VALUES('val_loss',1.04279860854148864746e-01,1795627580442,5,0,'1987259a7cb44e858289243d26605f26');
INSERT INTO "latest_metrics" VALUES('loss',1.21837973594665527343e-01,1795627580449,5,0,'698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "latest_metrics" VALUES('val_loss',1.0419368743896484375e-01,1795627580449,5,0,'698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "latest_metrics" VALUES('loss',1.21371038258075714111e-01,1795627580454,5,0,'76231aedae35406f9412025476058046');
INSERT INTO "latest_metrics" VALUES('val_loss',1.03943586349487304687e-01,1795627580454,5,0,'76231aedae35406f9412025476058046');
INSERT INTO "latest_metrics" VALUES('loss',1.21004186570644378662e-01,1795627580458,5,0,'ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "latest_metrics" VALUES('val_loss',1.03582277894020080566e-01,1795627580458,5,0,'ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "latest_metrics" VALUES('loss',9.70624804496765136718e-01,1795627588042,5,0,'d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "latest_metrics" VALUES('val_loss',2.18453383445739746093e+00,1795627588042,5,0,'d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "latest_metrics" VALUES('loss',9.86364781856536865234e-01,1795627588048,5,0,'8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "latest_metrics" VALUES('val_loss',2.22398495674133300781e+00,1795627588048,5,0,'8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "latest_metrics" VALUES('loss',9.82796430587768554687e-01,1795627588149,5,0,'db5d724ade1a44269e600c723c664a28');
INSERT INTO "latest_metrics" VALUES('val_loss',2.21752285957336425781e+00,1795627588149,5,0,'db5d724ade1a44269e600c723c664a28');
INSERT INTO "latest_metrics" VALUES('loss',9.90639090538024902343e-01,1795627588153,5,0,'25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "latest_metrics" VALUES('val_loss',2.23061490058898925781e+00,1795627588153,5,0,'25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "latest_metrics" VALUES('loss',1.21638163924217224121e-01,1795627594896,3,0,'6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "latest_metrics" VALUES('val_loss',1.04761116206645965576e-01,1795627594896,3,0,'6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "latest_metrics" VALUES('loss',5529404416.0,1795627594891,1,0,'a557647b0d63483a8de26699cd089f89');
INSERT INTO "latest_metrics" VALUES('val_loss',2.00523875889860114687e+24,1795627594891,1,0,'a557647b0d63483a8de26699cd089f89');
INSERT INTO "latest_metrics" VALUES('loss',1.21358022093772888183e-01,1795627601700,3,0,'feb3916d679b4a799fc9228550a95975');
INSERT INTO "latest_metrics" VALUES('val_loss',1.0491237044334411621e-01,1795627601700,3,0,'feb3916d679b4a799fc9228550a95975');
CREATE TABLE logged_model_metrics (
	model_id VARCHAR(36) NOT NULL, 
	metric_name VARCHAR(500) NOT NULL, 
	metric_timestamp_ms BIGINT NOT NULL, 
	metric_step BIGINT NOT NULL, 
	metric_value FLOAT, 
	experiment_id INTEGER NOT NULL, 
	run_id VARCHAR(32) NOT NULL, 
	dataset_uuid VARCHAR(36), 
	dataset_name VARCHAR(500), 
	dataset_digest VARCHAR(36), 
	CONSTRAINT logged_model_metrics_pk PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id), 
	CONSTRAINT fk_logged_model_metrics_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_metrics_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE, 
	CONSTRAINT fk_logged_model_metrics_run_id FOREIGN KEY(run_id) REFERENCES runs (run_uuid) ON DELETE CASCADE
);
CREATE TABLE logged_model_params (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	param_key VARCHAR(255) NOT NULL, 
	param_value TEXT NOT NULL, 
	CONSTRAINT logged_model_params_pk PRIMARY KEY (model_id, param_key), 
	CONSTRAINT fk_logged_model_params_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_params_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
CREATE TABLE logged_model_tags (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	tag_key VARCHAR(255) NOT NULL, 
	tag_value TEXT NOT NULL, 
	CONSTRAINT logged_model_tags_pk PRIMARY KEY (model_id, tag_key), 
	CONSTRAINT fk_logged_model_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_tags_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
CREATE TABLE logged_models (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	artifact_location VARCHAR(1000) NOT NULL, 
	creation_timestamp_ms BIGINT NOT NULL, 
	last_updated_timestamp_ms BIGINT NOT NULL, 
	status INTEGER NOT NULL, 
	lifecycle_stage VARCHAR(32), 
	model_type VARCHAR(500), 
	source_run_id VARCHAR(32), 
	status_message VARCHAR(1000), 
	CONSTRAINT logged_models_pk PRIMARY KEY (model_id), 
	CONSTRAINT logged_models_lifecycle_stage_check CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT fk_logged_models_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE mcp_access_endpoints (
	id VARCHAR(36) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	server_name VARCHAR(256) NOT NULL, 
	server_version VARCHAR(128), 
	server_alias VARCHAR(256), 
	url VARCHAR(2048) NOT NULL, 
	transport_type VARCHAR(32) DEFAULT 'streamable-http' NOT NULL, 
	created_by VARCHAR(256), 
	last_updated_by VARCHAR(256), 
	created_at BIGINT NOT NULL, 
	last_updated_at BIGINT NOT NULL, 
	CONSTRAINT mcp_access_endpoints_pk PRIMARY KEY (id), 
	CONSTRAINT mcp_access_endpoints_server_fkey FOREIGN KEY(workspace, server_name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_aliases (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	alias VARCHAR(256) NOT NULL, 
	version VARCHAR(128) NOT NULL, 
	CONSTRAINT mcp_server_aliases_pk PRIMARY KEY (workspace, name, alias), 
	CONSTRAINT mcp_server_aliases_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_tags (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	CONSTRAINT mcp_server_tags_pk PRIMARY KEY (workspace, name, "key"), 
	CONSTRAINT mcp_server_tags_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_version_tags (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	version VARCHAR(128) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	CONSTRAINT mcp_server_version_tags_pk PRIMARY KEY (workspace, name, version, "key"), 
	CONSTRAINT mcp_server_version_tags_version_fkey FOREIGN KEY(workspace, name, version) REFERENCES mcp_server_versions (workspace, name, version) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_versions (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	version VARCHAR(128) NOT NULL, 
	version_major INTEGER NOT NULL, 
	version_minor INTEGER NOT NULL, 
	version_patch INTEGER NOT NULL, 
	version_prerelease_sort_key VARCHAR(512) NOT NULL, 
	server_json JSON NOT NULL, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	tools JSON, 
	source VARCHAR(512), 
	connect_options JSON, 
	created_by VARCHAR(256), 
	last_updated_by VARCHAR(256), 
	created_at BIGINT NOT NULL, 
	last_updated_at BIGINT NOT NULL, 
	CONSTRAINT mcp_server_versions_pk PRIMARY KEY (workspace, name, version), 
	CONSTRAINT mcp_server_versions_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_servers (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	display_name VARCHAR(256), 
	description TEXT, 
	icons JSON, 
	created_by VARCHAR(256), 
	last_updated_by VARCHAR(256), 
	created_at BIGINT NOT NULL, 
	last_updated_at BIGINT NOT NULL, 
	CONSTRAINT mcp_servers_pk PRIMARY KEY (workspace, name)
);
CREATE TABLE "metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	step BIGINT DEFAULT '0' NOT NULL, 
	is_nan BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "metrics" VALUES('loss',1.22183650732040405273e-01,1795627580167,'76be59162113403c905f24024867d56a',1,0);
INSERT INTO "metrics" VALUES('loss',1.22111760079860687255e-01,1795627580167,'76be59162113403c905f24024867d56a',2,0);
INSERT INTO "metrics" VALUES('loss',1.22095689177513122558e-01,1795627580167,'76be59162113403c905f24024867d56a',3,0);
INSERT INTO "metrics" VALUES('loss',1.22081942856311798095e-01,1795627580167,'76be59162113403c905f24024867d56a',4,0);
INSERT INTO "metrics" VALUES('loss',1.22061610221862792968e-01,1795627580167,'76be59162113403c905f24024867d56a',5,0);
INSERT INTO "metrics" VALUES('val_loss',1.04501396417617797851e-01,1795627580167,'76be59162113403c905f24024867d56a',1,0);
INSERT INTO "metrics" VALUES('val_loss',1.04502245783805847167e-01,1795627580167,'76be59162113403c905f24024867d56a',2,0);
INSERT INTO "metrics" VALUES('val_loss',1.0450454801321029663e-01,1795627580167,'76be59162113403c905f24024867d56a',3,0);
INSERT INTO "metrics" VALUES('val_loss',1.04504168033599853515e-01,1795627580167,'76be59162113403c905f24024867d56a',4,0);
INSERT INTO "metrics" VALUES('val_loss',1.04505583643913269042e-01,1795627580167,'76be59162113403c905f24024867d56a',5,0);
INSERT INTO "metrics" VALUES('loss',1.22259683907032012939e-01,1795627580175,'e011ff3511ee41be855687bb7f7a7417',1,0);
INSERT INTO "metrics" VALUES('loss',1.22231602668762207031e-01,1795627580175,'e011ff3511ee41be855687bb7f7a7417',2,0);
INSERT INTO "metrics" VALUES('loss',1.22179038822650909423e-01,1795627580175,'e011ff3511ee41be855687bb7f7a7417',3,0);
INSERT INTO "metrics" VALUES('loss',1.22153528034687042236e-01,1795627580175,'e011ff3511ee41be855687bb7f7a7417',4,0);
INSERT INTO "metrics" VALUES('loss',1.22137121856212615966e-01,1795627580175,'e011ff3511ee41be855687bb7f7a7417',5,0);
INSERT INTO "metrics" VALUES('val_loss',1.04458741843700408935e-01,1795627580175,'e011ff3511ee41be855687bb7f7a7417',1,0);
INSERT INTO "metrics" VALUES('val_loss',1.04453764855861663818e-01,1795627580175,'e011ff3511ee41be855687bb7f7a7417',2,0);
INSERT INTO "metrics" VALUES('val_loss',1.04455605149269104003e-01,1795627580175,'e011ff3511ee41be855687bb7f7a7417',3,0);
INSERT INTO "metrics" VALUES('val_loss',1.0445941239595413208e-01,1795627580175,'e011ff3511ee41be855687bb7f7a7417',4,0);
INSERT INTO "metrics" VALUES('val_loss',1.04464247822761535644e-01,1795627580175,'e011ff3511ee41be855687bb7f7a7417',5,0);
INSERT INTO "metrics" VALUES('loss',1.220075264573097229e-01,1795627580180,'e98b8ac977a0434a9ba7017a8eccc74a',1,0);
INSERT INTO "metrics" VALUES('loss',1.21891498565673828125e-01,1795627580180,'e98b8ac977a0434a9ba7017a8eccc74a',2,0);
INSERT INTO "metrics" VALUES('loss',1.21846474707126617431e-01,1795627580180,'e98b8ac977a0434a9ba7017a8eccc74a',3,0);
INSERT INTO "metrics" VALUES('loss',1.21801510453224182128e-01,1795627580180,'e98b8ac977a0434a9ba7017a8eccc74a',4,0);
INSERT INTO "metrics" VALUES('loss',1.21741130948066711425e-01,1795627580180,'e98b8ac977a0434a9ba7017a8eccc74a',5,0);
INSERT INTO "metrics" VALUES('val_loss',1.04524306952953338623e-01,1795627580180,'e98b8ac977a0434a9ba7017a8eccc74a',1,0);
INSERT INTO "metrics" VALUES('val_loss',1.04531802237033843994e-01,1795627580180,'e98b8ac977a0434a9ba7017a8eccc74a',2,0);
INSERT INTO "metrics" VALUES('val_loss',1.04541592299938201904e-01,1795627580180,'e98b8ac977a0434a9ba7017a8eccc74a',3,0);
INSERT INTO "metrics" VALUES('val_loss',1.04549221694469451904e-01,1795627580180,'e98b8ac977a0434a9ba7017a8eccc74a',4,0);
INSERT INTO "metrics" VALUES('val_loss',1.04559876024723052978e-01,1795627580180,'e98b8ac977a0434a9ba7017a8eccc74a',5,0);
INSERT INTO "metrics" VALUES('loss',1.21954172849655151367e-01,1795627580184,'223e00c67d684a2c8d2e3be4fc16a1dc',1,0);
INSERT INTO "metrics" VALUES('loss',1.21921025216579437255e-01,1795627580184,'223e00c67d684a2c8d2e3be4fc16a1dc',2,0);
INSERT INTO "metrics" VALUES('loss',1.21855176985263824462e-01,1795627580184,'223e00c67d684a2c8d2e3be4fc16a1dc',3,0);
INSERT INTO "metrics" VALUES('loss',1.2183436751365661621e-01,1795627580184,'223e00c67d684a2c8d2e3be4fc16a1dc',4,0);
INSERT INTO "metrics" VALUES('loss',1.21801987290382385253e-01,1795627580184,'223e00c67d684a2c8d2e3be4fc16a1dc',5,0);
INSERT INTO "metrics" VALUES('val_loss',1.04528747498989105224e-01,1795627580184,'223e00c67d684a2c8d2e3be4fc16a1dc',1,0);
INSERT INTO "metrics" VALUES('val_loss',1.04522615671157836914e-01,1795627580184,'223e00c67d684a2c8d2e3be4fc16a1dc',2,0);
INSERT INTO "metrics" VALUES('val_loss',1.04523956775665283203e-01,1795627580184,'223e00c67d684a2c8d2e3be4fc16a1dc',3,0);
INSERT INTO "metrics" VALUES('val_loss',1.04528106749057769775e-01,1795627580184,'223e00c67d684a2c8d2e3be4fc16a1dc',4,0);
INSERT INTO "metrics" VALUES('val_loss',1.04534007608890533447e-01,1795627580184,'223e00c67d684a2c8d2e3be4fc16a1dc',5,0);
INSERT INTO "metrics" VALUES('loss',1.2210556119680404663e-01,1795627580442,'1987259a7cb44e858289243d26605f26',1,0);
INSERT INTO "metrics" VALUES('loss',1.22002996504306793212e-01,1795627580442,'1987259a7cb44e858289243d26605f26',2,0);
INSERT INTO "metrics" VALUES('loss',1.21956370770931243896e-01,1795627580442,'1987259a7cb44e858289243d26605f26',3,0);
INSERT INTO "metrics" VALUES('loss',1.2191295623779296875e-01,1795627580442,'1987259a7cb44e858289243d26605f26',4,0);
INSERT INTO "metrics" VALUES('loss',1.21862106025218963623e-01,1795627580442,'1987259a7cb44e858289243d26605f26',5,0);
INSERT INTO "metrics" VALUES('val_loss',0.104444719851017,1795627580442,'1987259a7cb44e858289243d26605f26',1,0);
INSERT INTO "metrics" VALUES('val_loss',1.04404069483280181884e-01,1795627580442,'1987259a7cb44e858289243d26605f26',2,0);
INSERT INTO "metrics" VALUES('val_loss',1.04364268481731414794e-01,1795627580442,'1987259a7cb44e858289243d26605f26',3,0);
INSERT INTO "metrics" VALUES('val_loss',1.04321546852588653564e-01,1795627580442,'1987259a7cb44e858289243d26605f26',4,0);
INSERT INTO "metrics" VALUES('val_loss',1.04279860854148864746e-01,1795627580442,'1987259a7cb44e858289243d26605f26',5,0);
INSERT INTO "metrics" VALUES('loss',1.22142396867275238037e-01,1795627580449,'698eab1807f0452ea9c97ca275338f4c',1,0);
INSERT INTO "metrics" VALUES('loss',1.22068524360656738281e-01,1795627580449,'698eab1807f0452ea9c97ca275338f4c',2,0);
INSERT INTO "metrics" VALUES('loss',1.21970213949680328369e-01,1795627580449,'698eab1807f0452ea9c97ca275338f4c',3,0);
INSERT INTO "metrics" VALUES('loss',1.21902965009212493896e-01,1795627580449,'698eab1807f0452ea9c97ca275338f4c',4,0);
INSERT INTO "metrics" VALUES('loss',1.21837973594665527343e-01,1795627580449,'698eab1807f0452ea9c97ca275338f4c',5,0);
INSERT INTO "metrics" VALUES('val_loss',1.04425169527530670166e-01,1795627580449,'698eab1807f0452ea9c97ca275338f4c',1,0);
INSERT INTO "metrics" VALUES('val_loss',1.04363098740577697753e-01,1795627580449,'698eab1807f0452ea9c97ca275338f4c',2,0);
INSERT INTO "metrics" VALUES('val_loss',1.04303307831287384033e-01,1795627580449,'698eab1807f0452ea9c97ca275338f4c',3,0);
INSERT INTO "metrics" VALUES('val_loss',1.04246810078620910644e-01,1795627580449,'698eab1807f0452ea9c97ca275338f4c',4,0);
INSERT INTO "metrics" VALUES('val_loss',1.0419368743896484375e-01,1795627580449,'698eab1807f0452ea9c97ca275338f4c',5,0);
INSERT INTO "metrics" VALUES('loss',1.2191864103078842163e-01,1795627580454,'76231aedae35406f9412025476058046',1,0);
INSERT INTO "metrics" VALUES('loss',1.21736809611320495605e-01,1795627580454,'76231aedae35406f9412025476058046',2,0);
INSERT INTO "metrics" VALUES('loss',1.21617063879966735839e-01,1795627580454,'76231aedae35406f9412025476058046',3,0);
INSERT INTO "metrics" VALUES('loss',1.2149009108543395996e-01,1795627580454,'76231aedae35406f9412025476058046',4,0);
INSERT INTO "metrics" VALUES('loss',1.21371038258075714111e-01,1795627580454,'76231aedae35406f9412025476058046',5,0);
INSERT INTO "metrics" VALUES('val_loss',1.0433670133352279663e-01,1795627580454,'76231aedae35406f9412025476058046',1,0);
INSERT INTO "metrics" VALUES('val_loss',1.0423780977725982666e-01,1795627580454,'76231aedae35406f9412025476058046',2,0);
INSERT INTO "metrics" VALUES('val_loss',1.04140952229499816894e-01,1795627580454,'76231aedae35406f9412025476058046',3,0);
INSERT INTO "metrics" VALUES('val_loss',1.04042023420333862304e-01,1795627580454,'76231aedae35406f9412025476058046',4,0);
INSERT INTO "metrics" VALUES('val_loss',1.03943586349487304687e-01,1795627580454,'76231aedae35406f9412025476058046',5,0);
INSERT INTO "metrics" VALUES('loss',1.21533833444118499755e-01,1795627580458,'ed6f0c7ccda643adb7a6e004f65b54e0',1,0);
INSERT INTO "metrics" VALUES('loss',1.21413521468639373779e-01,1795627580458,'ed6f0c7ccda643adb7a6e004f65b54e0',2,0);
INSERT INTO "metrics" VALUES('loss',1.21262811124324798583e-01,1795627580458,'ed6f0c7ccda643adb7a6e004f65b54e0',3,0);
INSERT INTO "metrics" VALUES('loss',1.21143288910388946533e-01,1795627580458,'ed6f0c7ccda643adb7a6e004f65b54e0',4,0);
INSERT INTO "metrics" VALUES('loss',1.21004186570644378662e-01,1795627580458,'ed6f0c7ccda643adb7a6e004f65b54e0',5,0);
INSERT INTO "metrics" VALUES('val_loss',1.04022949934005737304e-01,1795627580458,'ed6f0c7ccda643adb7a6e004f65b54e0',1,0);
INSERT INTO "metrics" VALUES('val_loss',1.03914991021156311035e-01,1795627580458,'ed6f0c7ccda643adb7a6e004f65b54e0',2,0);
INSERT INTO "metrics" VALUES('val_loss',1.03808030486106872558e-01,1795627580458,'ed6f0c7ccda643adb7a6e004f65b54e0',3,0);
INSERT INTO "metrics" VALUES('val_loss',1.03696562349796295166e-01,1795627580458,'ed6f0c7ccda643adb7a6e004f65b54e0',4,0);
INSERT INTO "metrics" VALUES('val_loss',1.03582277894020080566e-01,1795627580458,'ed6f0c7ccda643adb7a6e004f65b54e0',5,0);
INSERT INTO "metrics" VALUES('loss',9.90767836570739746093e-01,1795627588021,'d1b930bca4e84ee19b714bf65ff71dbb',1,0);
INSERT INTO "metrics" VALUES('val_loss',2.23050618171691894531e+00,1795627588021,'d1b930bca4e84ee19b714bf65ff71dbb',1,0);
INSERT INTO "metrics" VALUES('loss',1.00448656082153320312e+00,1795627588037,'8eee40d2b7ff4ec7b938d47e44ee2fb2',1,0);
INSERT INTO "metrics" VALUES('val_loss',2.2598400115966796875e+00,1795627588037,'8eee40d2b7ff4ec7b938d47e44ee2fb2',1,0);
INSERT INTO "metrics" VALUES('loss',9.86166417598724365234e-01,1795627588042,'d1b930bca4e84ee19b714bf65ff71dbb',2,0);
INSERT INTO "metrics" VALUES('loss',9.81277704238891601562e-01,1795627588042,'d1b930bca4e84ee19b714bf65ff71dbb',3,0);
INSERT INTO "metrics" VALUES('loss',9.75827395915985107421e-01,1795627588042,'d1b930bca4e84ee19b714bf65ff71dbb',4,0);
INSERT INTO "metrics" VALUES('loss',9.70624804496765136718e-01,1795627588042,'d1b930bca4e84ee19b714bf65ff71dbb',5,0);
INSERT INTO "metrics" VALUES('val_loss',2.22017741203308105468e+00,1795627588042,'d1b930bca4e84ee19b714bf65ff71dbb',2,0);
INSERT INTO "metrics" VALUES('val_loss',2.20887255668640136718e+00,1795627588042,'d1b930bca4e84ee19b714bf65ff71dbb',3,0);
INSERT INTO "metrics" VALUES('val_loss',2.19703555107116699218e+00,1795627588042,'d1b930bca4e84ee19b714bf65ff71dbb',4,0);
INSERT INTO "metrics" VALUES('val_loss',2.18453383445739746093e+00,1795627588042,'d1b930bca4e84ee19b714bf65ff71dbb',5,0);
INSERT INTO "metrics" VALUES('loss',9.99613165855407714843e-01,1795627588048,'8eee40d2b7ff4ec7b938d47e44ee2fb2',2,0);
INSERT INTO "metrics" VALUES('loss',9.94936585426330566406e-01,1795627588048,'8eee40d2b7ff4ec7b938d47e44ee2fb2',3,0);
INSERT INTO "metrics" VALUES('loss',9.90279674530029296875e-01,1795627588048,'8eee40d2b7ff4ec7b938d47e44ee2fb2',4,0);
INSERT INTO "metrics" VALUES('loss',9.86364781856536865234e-01,1795627588048,'8eee40d2b7ff4ec7b938d47e44ee2fb2',5,0);
INSERT INTO "metrics" VALUES('val_loss',2.25061202049255371093e+00,1795627588048,'8eee40d2b7ff4ec7b938d47e44ee2fb2',2,0);
INSERT INTO "metrics" VALUES('val_loss',2.24188756942749023437e+00,1795627588048,'8eee40d2b7ff4ec7b938d47e44ee2fb2',3,0);
INSERT INTO "metrics" VALUES('val_loss',2.23290371894836425781e+00,1795627588048,'8eee40d2b7ff4ec7b938d47e44ee2fb2',4,0);
INSERT INTO "metrics" VALUES('val_loss',2.22398495674133300781e+00,1795627588048,'8eee40d2b7ff4ec7b938d47e44ee2fb2',5,0);
INSERT INTO "metrics" VALUES('loss',9.95092034339904785156e-01,1795627588139,'db5d724ade1a44269e600c723c664a28',1,0);
INSERT INTO "metrics" VALUES('loss',9.92195487022399902343e-01,1795627588139,'db5d724ade1a44269e600c723c664a28',2,0);
INSERT INTO "metrics" VALUES('val_loss',2.24540185928344726562e+00,1795627588139,'db5d724ade1a44269e600c723c664a28',1,0);
INSERT INTO "metrics" VALUES('val_loss',2.23890018463134765625e+00,1795627588139,'db5d724ade1a44269e600c723c664a28',2,0);
INSERT INTO "metrics" VALUES('loss',1.00175511837005615234e+00,1795627588145,'25c9765f1bec403bb1f5f7bd536569c0',1,0);
INSERT INTO "metrics" VALUES('loss',0.998686671257019,1795627588145,'25c9765f1bec403bb1f5f7bd536569c0',2,0);
INSERT INTO "metrics" VALUES('val_loss',2.24747014045715332031e+00,1795627588145,'25c9765f1bec403bb1f5f7bd536569c0',1,0);
INSERT INTO "metrics" VALUES('val_loss',2.24311590194702148437e+00,1795627588145,'25c9765f1bec403bb1f5f7bd536569c0',2,0);
INSERT INTO "metrics" VALUES('loss',9.89195585250854492187e-01,1795627588149,'db5d724ade1a44269e600c723c664a28',3,0);
INSERT INTO "metrics" VALUES('loss',9.85940635204315185546e-01,1795627588149,'db5d724ade1a44269e600c723c664a28',4,0);
INSERT INTO "metrics" VALUES('loss',9.82796430587768554687e-01,1795627588149,'db5d724ade1a44269e600c723c664a28',5,0);
INSERT INTO "metrics" VALUES('val_loss',2.23204684257507324218e+00,1795627588149,'db5d724ade1a44269e600c723c664a28',3,0);
INSERT INTO "metrics" VALUES('val_loss',2.22492361068725585937e+00,1795627588149,'db5d724ade1a44269e600c723c664a28',4,0);
INSERT INTO "metrics" VALUES('val_loss',2.21752285957336425781e+00,1795627588149,'db5d724ade1a44269e600c723c664a28',5,0);
INSERT INTO "metrics" VALUES('loss',9.9577999114990234375e-01,1795627588153,'25c9765f1bec403bb1f5f7bd536569c0',3,0);
INSERT INTO "metrics" VALUES('loss',9.9293041229248046875e-01,1795627588153,'25c9765f1bec403bb1f5f7bd536569c0',4,0);
INSERT INTO "metrics" VALUES('loss',9.90639090538024902343e-01,1795627588153,'25c9765f1bec403bb1f5f7bd536569c0',5,0);
INSERT INTO "metrics" VALUES('val_loss',2.23904824256896972656e+00,1795627588153,'25c9765f1bec403bb1f5f7bd536569c0',3,0);
INSERT INTO "metrics" VALUES('val_loss',2.23503088951110839843e+00,1795627588153,'25c9765f1bec403bb1f5f7bd536569c0',4,0);
INSERT INTO "metrics" VALUES('val_loss',2.23061490058898925781e+00,1795627588153,'25c9765f1bec403bb1f5f7bd536569c0',5,0);
INSERT INTO "metrics" VALUES('loss',1.22089155018329620361e-01,1795627594878,'6d9be1162b4c4ac286f55a0f5cda5d4a',1,0);
INSERT INTO "metrics" VALUES('val_loss',1.04738064110279083251e-01,1795627594878,'6d9be1162b4c4ac286f55a0f5cda5d4a',1,0);
INSERT INTO "metrics" VALUES('loss',5529404416.0,1795627594891,'a557647b0d63483a8de26699cd089f89',1,0);
INSERT INTO "metrics" VALUES('val_loss',2.00523875889860114687e+24,1795627594891,'a557647b0d63483a8de26699cd089f89',1,0);
INSERT INTO "metrics" VALUES('loss',1.2158911675214767456e-01,1795627594896,'6d9be1162b4c4ac286f55a0f5cda5d4a',2,0);
INSERT INTO "metrics" VALUES('loss',1.21638163924217224121e-01,1795627594896,'6d9be1162b4c4ac286f55a0f5cda5d4a',3,0);
INSERT INTO "metrics" VALUES('val_loss',1.04743458330631256103e-01,1795627594896,'6d9be1162b4c4ac286f55a0f5cda5d4a',2,0);
INSERT INTO "metrics" VALUES('val_loss',1.04761116206645965576e-01,1795627594896,'6d9be1162b4c4ac286f55a0f5cda5d4a',3,0);
INSERT INTO "metrics" VALUES('loss',1.2174024432897567749e-01,1795627601688,'feb3916d679b4a799fc9228550a95975',1,0);
INSERT INTO "metrics" VALUES('val_loss',1.04786798357963562011e-01,1795627601688,'feb3916d679b4a799fc9228550a95975',1,0);
INSERT INTO "metrics" VALUES('loss',1.21484771370887756347e-01,1795627601700,'feb3916d679b4a799fc9228550a95975',2,0);
INSERT INTO "metrics" VALUES('loss',1.21358022093772888183e-01,1795627601700,'feb3916d679b4a799fc9228550a95975',3,0);
INSERT INTO "metrics" VALUES('val_loss',1.04845464229583740234e-01,1795627601700,'feb3916d679b4a799fc9228550a95975',2,0);
INSERT INTO "metrics" VALUES('val_loss',1.0491237044334411621e-01,1795627601700,'feb3916d679b4a799fc9228550a95975',3,0);
CREATE TABLE "model_definitions" (
	model_definition_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	secret_id VARCHAR(36), 
	provider VARCHAR(64) NOT NULL, 
	model_name VARCHAR(256) NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_definitions_pk PRIMARY KEY (model_definition_id), 
	CONSTRAINT fk_model_definitions_secret_id FOREIGN KEY(secret_id) REFERENCES secrets (secret_id) ON DELETE SET NULL, 
	CONSTRAINT uq_model_definitions_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE "model_version_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value TEXT, 
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, "key", name, version), 
	CONSTRAINT fk_model_version_tags_model_versions FOREIGN KEY(workspace, name, version) REFERENCES model_versions (workspace, name, version) ON UPDATE CASCADE
);
CREATE TABLE "model_versions" (
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	user_id VARCHAR(256), 
	current_stage VARCHAR(20), 
	source VARCHAR(500), 
	run_id VARCHAR(32), 
	status VARCHAR(20), 
	status_message VARCHAR(500), 
	run_link VARCHAR(500), 
	storage_location VARCHAR(500), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version), 
	CONSTRAINT fk_model_versions_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
CREATE TABLE online_scoring_configs (
	online_scoring_config_id VARCHAR(36) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	sample_rate FLOAT NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	filter_string TEXT, 
	CONSTRAINT online_scoring_config_pk PRIMARY KEY (online_scoring_config_id), 
	CONSTRAINT fk_online_scoring_configs_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE, 
	CONSTRAINT fk_online_scoring_configs_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE "params" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000) NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "params" VALUES('library','keras','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('dataset.name','prod','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('dataset.n_points','200','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('dataset.noise','0.0','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('dataset.seed','0','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('model.hidden_units','[2]','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('model.activation','relu','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('optimizer.name','adam','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('training.epochs','5','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('training.batch_size','100','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('training.seed','0','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('training.validation_points','500','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('model.units','2-2-1','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('model.parameters','00000009','1987259a7cb44e858289243d26605f26');
INSERT INTO "params" VALUES('library','keras','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('dataset.name','prod','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('dataset.n_points','200','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('dataset.noise','0.0','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('dataset.seed','0','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('model.hidden_units','[2]','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('model.activation','relu','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('optimizer.name','adam','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('training.epochs','5','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('training.batch_size','100','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('training.seed','1','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('training.validation_points','500','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('model.units','2-2-1','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('model.parameters','00000009','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "params" VALUES('library','keras','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('dataset.name','prod','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('dataset.n_points','200','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('dataset.noise','0.0','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('dataset.seed','0','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('model.hidden_units','[4]','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('model.activation','relu','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('optimizer.name','adam','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('training.epochs','5','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('training.batch_size','100','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('training.seed','0','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('training.validation_points','500','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('model.units','2-4-1','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('model.parameters','00000017','76231aedae35406f9412025476058046');
INSERT INTO "params" VALUES('library','keras','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('dataset.name','prod','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('dataset.n_points','200','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('dataset.noise','0.0','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('dataset.seed','0','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('model.hidden_units','[4]','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('model.activation','relu','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('optimizer.name','adam','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('training.epochs','5','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('training.batch_size','100','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('training.seed','1','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('training.validation_points','500','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('model.units','2-4-1','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('model.parameters','00000017','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "params" VALUES('library','keras','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('dataset.name','prod','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('dataset.n_points','200','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('dataset.noise','0.0','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('dataset.seed','0','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('model.hidden_units','[2]','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('model.activation','tanh','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('optimizer.name','adam','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('training.epochs','5','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('training.batch_size','100','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('training.seed','0','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('training.validation_points','500','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('model.units','2-2-1','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('model.parameters','00000009','76be59162113403c905f24024867d56a');
INSERT INTO "params" VALUES('library','keras','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('dataset.name','prod','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('dataset.n_points','200','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('dataset.noise','0.0','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('dataset.seed','0','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('model.hidden_units','[2]','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('model.activation','tanh','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('optimizer.name','adam','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('training.epochs','5','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('training.batch_size','100','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('training.seed','1','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('training.validation_points','500','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('model.units','2-2-1','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('model.parameters','00000009','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "params" VALUES('library','keras','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('dataset.name','prod','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('dataset.n_points','200','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('dataset.noise','0.0','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('dataset.seed','0','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('model.hidden_units','[4]','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('model.activation','tanh','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('optimizer.name','adam','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('training.epochs','5','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('training.batch_size','100','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('training.seed','0','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('training.validation_points','500','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('model.units','2-4-1','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('model.parameters','00000017','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "params" VALUES('library','keras','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('dataset.name','prod','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('dataset.n_points','200','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('dataset.noise','0.0','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('dataset.seed','0','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('model.hidden_units','[4]','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('model.activation','tanh','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('optimizer.name','adam','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('training.epochs','5','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('training.batch_size','100','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('training.seed','1','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('training.validation_points','500','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('model.units','2-4-1','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('model.parameters','00000017','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "params" VALUES('library','keras','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('dataset.name','csv','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('dataset.path','{folder}/houses.csv','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('dataset.target','price','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('dataset.features','None','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('dataset.task','regression','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('dataset.validation_share','0.2','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('dataset.seed','0','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('model.hidden_units','[16]','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('model.activation','relu','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('optimizer.name','adam','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('training.epochs','5','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('training.batch_size','10','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('training.seed','0','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('training.validation_points','500','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('dataset.digest','105b0edf9cd2737b','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('model.units','2-16-1','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('model.parameters','00000065','db5d724ade1a44269e600c723c664a28');
INSERT INTO "params" VALUES('library','keras','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('dataset.name','csv','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('dataset.path','{folder}/houses.csv','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('dataset.target','price','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('dataset.features','None','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('dataset.task','regression','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('dataset.validation_share','0.2','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('dataset.seed','0','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('model.hidden_units','[16]','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('model.activation','relu','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('optimizer.name','adam','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('training.epochs','5','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('training.batch_size','10','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('training.seed','1','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('training.validation_points','500','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('dataset.digest','105b0edf9cd2737b','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('model.units','2-16-1','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('model.parameters','00000065','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "params" VALUES('library','keras','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('dataset.name','csv','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('dataset.path','{folder}/houses.csv','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('dataset.target','price','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('dataset.features','None','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('dataset.task','regression','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('dataset.validation_share','0.2','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('dataset.seed','0','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('model.hidden_units','[16]','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('model.activation','tanh','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('optimizer.name','adam','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('training.epochs','5','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('training.batch_size','10','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('training.seed','0','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('training.validation_points','500','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('dataset.digest','105b0edf9cd2737b','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('model.units','2-16-1','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('model.parameters','00000065','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "params" VALUES('library','keras','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('dataset.name','csv','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('dataset.path','{folder}/houses.csv','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('dataset.target','price','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('dataset.features','None','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('dataset.task','regression','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('dataset.validation_share','0.2','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('dataset.seed','0','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('model.hidden_units','[16]','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('model.activation','tanh','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('optimizer.name','adam','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('training.epochs','5','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('training.batch_size','10','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('training.seed','1','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('training.validation_points','500','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('dataset.digest','105b0edf9cd2737b','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('model.units','2-16-1','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('model.parameters','00000065','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "params" VALUES('library','keras','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('dataset.name','prod','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('dataset.n_points','200','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('dataset.noise','0.0','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('dataset.seed','0','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('model.hidden_units','[16]','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('model.activation','tanh','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('optimizer.name','sgd','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.1','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('optimizer.momentum','0.0','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('optimizer.nesterov','False','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('training.epochs','3','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('training.batch_size','100','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('training.seed','0','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('training.validation_points','500','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('model.units','2-16-1','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('model.parameters','00000065','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "params" VALUES('library','keras','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('dataset.name','prod','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('dataset.n_points','200','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('dataset.noise','0.0','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('dataset.seed','0','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('model.hidden_units','[16]','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('model.activation','tanh','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('optimizer.name','sgd','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('optimizer.learning_rate','1000000.0','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('optimizer.momentum','0.0','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('optimizer.nesterov','False','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('training.epochs','3','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('training.batch_size','100','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('training.seed','0','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('training.validation_points','500','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('model.units','2-16-1','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('model.parameters','00000065','a557647b0d63483a8de26699cd089f89');
INSERT INTO "params" VALUES('library','keras','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('dataset.name','prod','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('dataset.n_points','200','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('dataset.noise','0.0','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('dataset.seed','0','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('model.hidden_units','[16]','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('model.activation','tanh','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('model.kernel_initializer','random_uniform','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('optimizer.name','adam','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('optimizer.learning_rate','0.001','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('optimizer.beta_1','0.9','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('optimizer.beta_2','0.999','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('optimizer.epsilon','1e-07','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('optimizer.amsgrad','False','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('training.epochs','3','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('training.batch_size','100','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('training.seed','0','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('training.validation_points','500','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('model.units','2-16-1','feb3916d679b4a799fc9228550a95975');
INSERT INTO "params" VALUES('model.parameters','00000065','feb3916d679b4a799fc9228550a95975');
CREATE TABLE "registered_model_aliases" (
	alias VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias), 
	CONSTRAINT fk_registered_model_aliases_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE "registered_model_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	name VARCHAR(256) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, "key", name), 
	CONSTRAINT fk_registered_model_tags_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
CREATE TABLE "registered_models" (
	name VARCHAR(256) NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name)
);
CREATE TABLE review_queue_items (
	queue_id VARCHAR(36) NOT NULL, 
	item_type VARCHAR(16) NOT NULL, 
	item_id VARCHAR(50) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	completed_by VARCHAR(250), 
	completed_time_ms BIGINT, 
	creation_time_ms BIGINT NOT NULL, 
	last_update_time_ms BIGINT NOT NULL, 
	CONSTRAINT review_queue_items_pk PRIMARY KEY (queue_id, item_id), 
	CONSTRAINT fk_review_queue_items_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queue_label_schemas (
	queue_id VARCHAR(36) NOT NULL, 
	schema_id VARCHAR(36) NOT NULL, 
	CONSTRAINT review_queue_label_schemas_pk PRIMARY KEY (queue_id, schema_id), 
	CONSTRAINT fk_review_queue_label_schemas_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queue_users (
	queue_id VARCHAR(36) NOT NULL, 
	user_id VARCHAR(250) NOT NULL, 
	CONSTRAINT review_queue_users_pk PRIMARY KEY (queue_id, user_id), 
	CONSTRAINT fk_review_queue_users_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queues (
	queue_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	queue_type VARCHAR(16) NOT NULL, 
	created_by VARCHAR(255), 
	creation_time_ms BIGINT NOT NULL, 
	last_update_time_ms BIGINT NOT NULL, 
	name_key VARCHAR(250) NOT NULL, 
	CONSTRAINT review_queues_pk PRIMARY KEY (queue_id), 
	CONSTRAINT fk_review_queues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
	CONSTRAINT uq_review_queues_experiment_name_key UNIQUE (experiment_id, name_key)
);
CREATE TABLE "runs" (
	run_uuid VARCHAR(32) NOT NULL, 
	name VARCHAR(250), 
	source_type VARCHAR(20), 
	source_name VARCHAR(500), 
	entry_point_name VARCHAR(50), 
	user_id VARCHAR(256), 
	status VARCHAR(9), 
	start_time BIGINT, 
	end_time BIGINT, 
	source_version VARCHAR(50), 
	lifecycle_stage VARCHAR(20), 
	artifact_uri VARCHAR(200), 
	experiment_id INTEGER, deleted_time BIGINT, 
	CONSTRAINT run_pk PRIMARY KEY (run_uuid), 
	CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
);
INSERT INTO "runs" VALUES('a877004a59a64077b4706f981c704f85','sweep of 8 runs','UNKNOWN','','','unknown','FINISHED',1795627574380,1795627580638,'','active','file://{folder}/mlruns/tiny/a877004a59a64077b4706f981c704f85/artifacts',1,NULL);
INSERT INTO "runs" VALUES('1987259a7cb44e858289243d26605f26','relu, 2-2-1, seed 0','UNKNOWN','','','unknown','FINISHED',1795627578817,1795627580496,'','active','file://{folder}/mlruns/tiny/1987259a7cb44e858289243d26605f26/artifacts',1,NULL);
INSERT INTO "runs" VALUES('698eab1807f0452ea9c97ca275338f4c','relu, 2-2-1, seed 1','UNKNOWN','','','unknown','FINISHED',1795627579277,1795627580538,'','active','file://{folder}/mlruns/tiny/698eab1807f0452ea9c97ca275338f4c/artifacts',1,NULL);
INSERT INTO "runs" VALUES('76231aedae35406f9412025476058046','relu, 2-4-1, seed 0','UNKNOWN','','','unknown','FINISHED',1795627579469,1795627580578,'','active','file://{folder}/mlruns/tiny/76231aedae35406f9412025476058046/artifacts',1,NULL);
INSERT INTO "runs" VALUES('ed6f0c7ccda643adb7a6e004f65b54e0','relu, 2-4-1, seed 1','UNKNOWN','','','unknown','FINISHED',1795627579923,1795627580620,'','active','file://{folder}/mlruns/tiny/ed6f0c7ccda643adb7a6e004f65b54e0/artifacts',1,NULL);
INSERT INTO "runs" VALUES('76be59162113403c905f24024867d56a','tanh, 2-2-1, seed 0','UNKNOWN','','','unknown','FINISHED',1795627579989,1795627580226,'','active','file://{folder}/mlruns/tiny/76be59162113403c905f24024867d56a/artifacts',1,NULL);
INSERT INTO "runs" VALUES('e011ff3511ee41be855687bb7f7a7417','tanh, 2-2-1, seed 1','UNKNOWN','','','unknown','FINISHED',1795627580047,1795627580268,'','active','file://{folder}/mlruns/tiny/e011ff3511ee41be855687bb7f7a7417/artifacts',1,NULL);
INSERT INTO "runs" VALUES('e98b8ac977a0434a9ba7017a8eccc74a','tanh, 2-4-1, seed 0','UNKNOWN','','','unknown','FINISHED',1795627580108,1795627580310,'','active','file://{folder}/mlruns/tiny/e98b8ac977a0434a9ba7017a8eccc74a/artifacts',1,NULL);
INSERT INTO "runs" VALUES('223e00c67d684a2c8d2e3be4fc16a1dc','tanh, 2-4-1, seed 1','UNKNOWN','','','unknown','FINISHED',1795627580145,1795627580363,'','active','file://{folder}/mlruns/tiny/223e00c67d684a2c8d2e3be4fc16a1dc/artifacts',1,NULL);
INSERT INTO "runs" VALUES('d49105847b7a45469e3887c507b1e8e7','sweep of 4 runs','UNKNOWN','','','unknown','FINISHED',1795627583604,1795627588253,'','active','file://{folder}/mlruns/table/d49105847b7a45469e3887c507b1e8e7/artifacts',2,NULL);
INSERT INTO "runs" VALUES('db5d724ade1a44269e600c723c664a28','relu, seed 0','UNKNOWN','','','unknown','FINISHED',1795627587223,1795627588189,'','active','file://{folder}/mlruns/table/db5d724ade1a44269e600c723c664a28/artifacts',2,NULL);
INSERT INTO "runs" VALUES('25c9765f1bec403bb1f5f7bd536569c0','relu, seed 1','UNKNOWN','','','unknown','FINISHED',1795627587519,1795627588231,'','active','file://{folder}/mlruns/table/25c9765f1bec403bb1f5f7bd536569c0/artifacts',2,NULL);
INSERT INTO "runs" VALUES('d1b930bca4e84ee19b714bf65ff71dbb','tanh, seed 0','UNKNOWN','','','unknown','FINISHED',1795627587772,1795627588087,'','active','file://{folder}/mlruns/table/d1b930bca4e84ee19b714bf65ff71dbb/artifacts',2,NULL);
INSERT INTO "runs" VALUES('8eee40d2b7ff4ec7b938d47e44ee2fb2','tanh, seed 1','UNKNOWN','','','unknown','FINISHED',1795627587914,1795627588128,'','active','file://{folder}/mlruns/table/8eee40d2b7ff4ec7b938d47e44ee2fb2/artifacts',2,NULL);
INSERT INTO "runs" VALUES('4da3312f4e97438fb9f68b49a425df87','sweep of 2 runs','UNKNOWN','','','unknown','FAILED',1795627590846,1795627595035,'','active','file://{folder}/mlruns/rates/4da3312f4e97438fb9f68b49a425df87/artifacts',3,NULL);
INSERT INTO "runs" VALUES('6d9be1162b4c4ac286f55a0f5cda5d4a','learning rate 0.1, seed 0','UNKNOWN','','','unknown','FINISHED',1795627594310,1795627594951,'','active','file://{folder}/mlruns/rates/6d9be1162b4c4ac286f55a0f5cda5d4a/artifacts',3,NULL);
INSERT INTO "runs" VALUES('a557647b0d63483a8de26699cd089f89','learning rate 1000000.0, seed 0','UNKNOWN','','','unknown','FAILED',1795627594484,1795627595018,'','active','file://{folder}/mlruns/rates/a557647b0d63483a8de26699cd089f89/artifacts',3,NULL);
INSERT INTO "runs" VALUES('feb3916d679b4a799fc9228550a95975','tanh, 2-16-1, adam, learning rate 0.001, seed 0','UNKNOWN','','','unknown','FINISHED',1795627601150,1795627601709,'','active','file://{folder}/mlruns/single/feb3916d679b4a799fc9228550a95975/artifacts',4,NULL);
CREATE TABLE scheduler_leases (
	lease_key VARCHAR(255) NOT NULL, 
	acquired_at BIGINT NOT NULL, 
	ttl_seconds INTEGER NOT NULL, 
	CONSTRAINT scheduler_leases_pk PRIMARY KEY (lease_key)
);
CREATE TABLE scorer_versions (
	scorer_id VARCHAR(36) NOT NULL, 
	scorer_version INTEGER NOT NULL, 
	serialized_scorer TEXT NOT NULL, 
	creation_time BIGINT, 
	CONSTRAINT scorer_version_pk PRIMARY KEY (scorer_id, scorer_version), 
	CONSTRAINT fk_scorer_versions_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE
);
CREATE TABLE scorers (
	experiment_id INTEGER NOT NULL, 
	scorer_name VARCHAR(256) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	CONSTRAINT scorer_pk PRIMARY KEY (scorer_id), 
	CONSTRAINT fk_scorers_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE "secrets" (
	secret_id VARCHAR(36) NOT NULL, 
	secret_name VARCHAR(255) NOT NULL, 
	encrypted_value BLOB NOT NULL, 
	wrapped_dek BLOB NOT NULL, 
	kek_version INTEGER NOT NULL, 
	masked_value VARCHAR(500) NOT NULL, 
	provider VARCHAR(64), 
	auth_config TEXT, 
	description TEXT, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT secrets_pk PRIMARY KEY (secret_id), 
	CONSTRAINT uq_secrets_workspace_secret_name UNIQUE (workspace, secret_name)
);
CREATE TABLE span_metrics (
	trace_id VARCHAR(50) NOT NULL, 
	span_id VARCHAR(50) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT, 
	CONSTRAINT span_metrics_pk PRIMARY KEY (trace_id, span_id, "key"), 
	CONSTRAINT fk_span_metrics_span FOREIGN KEY(trace_id, span_id) REFERENCES spans (trace_id, span_id) ON DELETE CASCADE
);
CREATE TABLE "spans" (
	trace_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	span_id VARCHAR(50) NOT NULL, 
	parent_span_id VARCHAR(50), 
	name TEXT, 
	type VARCHAR(500), 
	status VARCHAR(50) NOT NULL, 
	start_time_unix_nano BIGINT NOT NULL, 
	end_time_unix_nano BIGINT, 
	duration_ns BIGINT GENERATED ALWAYS AS (end_time_unix_nano - start_time_unix_nano) STORED, 
	content TEXT NOT NULL, 
	input_cost FLOAT, 
	output_cost FLOAT, 
	total_cost FLOAT, 
	model_name VARCHAR(500), 
	model_provider VARCHAR(500), 
	CONSTRAINT spans_pk PRIMARY KEY (trace_id, span_id), 
	CONSTRAINT fk_spans_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_spans_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE sql_assessment_daily_rollups (
	id INTEGER NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	metric_name VARCHAR(250) NOT NULL, 
	grouping_set VARCHAR(50) NOT NULL, 
	sample_count BIGINT NOT NULL, 
	sum_value FLOAT, 
	min_value FLOAT, 
	max_value FLOAT, 
	CONSTRAINT sql_assessment_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_span_cost_daily_rollups (
	id INTEGER NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	metric_name VARCHAR(250) NOT NULL, 
	grouping_set VARCHAR(50) NOT NULL, 
	model_name VARCHAR(500), 
	model_provider VARCHAR(500), 
	sample_count BIGINT NOT NULL, 
	sum_value FLOAT, 
	min_value FLOAT, 
	max_value FLOAT, 
	CONSTRAINT sql_span_cost_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_trace_metric_daily_rollups (
	id INTEGER NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	metric_name VARCHAR(250) NOT NULL, 
	grouping_set VARCHAR(50) NOT NULL, 
	trace_status VARCHAR(50), 
	sample_count BIGINT NOT NULL, 
	sum_value FLOAT, 
	min_value FLOAT, 
	max_value FLOAT, 
	p50_value FLOAT, 
	p90_value FLOAT, 
	p99_value FLOAT, 
	CONSTRAINT sql_trace_metric_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_trace_rollup_rebuild_queue (
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	rollup_family VARCHAR(50) NOT NULL, 
	CONSTRAINT sql_trace_rollup_rebuild_queue_pk PRIMARY KEY (experiment_id, rollup_day, rollup_family)
);
CREATE TABLE "tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "tags" VALUES('fcnn.study','tiny','a877004a59a64077b4706f981c704f85');
INSERT INTO "tags" VALUES('mlflow.note.content','

| hyperparameter | values |
|---|---|
| model.activation | relu, tanh |
| model.hidden_units | [2], [4] |

**Best run:** relu, 2-4-1, seed 1, validation loss 0.104. Figures and tables: Artifacts, folder `report`.','a877004a59a64077b4706f981c704f85');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2969 1795627570','a877004a59a64077b4706f981c704f85');
INSERT INTO "tags" VALUES('mlflow.runName','sweep of 8 runs','a877004a59a64077b4706f981c704f85');
INSERT INTO "tags" VALUES('fcnn.runs','8','a877004a59a64077b4706f981c704f85');
INSERT INTO "tags" VALUES('fcnn.study','tiny','1987259a7cb44e858289243d26605f26');
INSERT INTO "tags" VALUES('fcnn.fingerprint','626623c8f2f16718','1987259a7cb44e858289243d26605f26');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','1987259a7cb44e858289243d26605f26');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','1987259a7cb44e858289243d26605f26');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','1987259a7cb44e858289243d26605f26');
INSERT INTO "tags" VALUES('mlflow.parentRunId','a877004a59a64077b4706f981c704f85','1987259a7cb44e858289243d26605f26');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2969 1795627570','1987259a7cb44e858289243d26605f26');
INSERT INTO "tags" VALUES('mlflow.runName','relu, 2-2-1, seed 0','1987259a7cb44e858289243d26605f26');
INSERT INTO "tags" VALUES('fcnn.study','tiny','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "tags" VALUES('fcnn.fingerprint','a2e89631616617cf','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "tags" VALUES('mlflow.parentRunId','a877004a59a64077b4706f981c704f85','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2969 1795627570','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "tags" VALUES('mlflow.runName','relu, 2-2-1, seed 1','698eab1807f0452ea9c97ca275338f4c');
INSERT INTO "tags" VALUES('fcnn.study','tiny','76231aedae35406f9412025476058046');
INSERT INTO "tags" VALUES('fcnn.fingerprint','b828ad117275b04f','76231aedae35406f9412025476058046');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','76231aedae35406f9412025476058046');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','76231aedae35406f9412025476058046');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','76231aedae35406f9412025476058046');
INSERT INTO "tags" VALUES('mlflow.parentRunId','a877004a59a64077b4706f981c704f85','76231aedae35406f9412025476058046');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2969 1795627570','76231aedae35406f9412025476058046');
INSERT INTO "tags" VALUES('mlflow.runName','relu, 2-4-1, seed 0','76231aedae35406f9412025476058046');
INSERT INTO "tags" VALUES('fcnn.study','tiny','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "tags" VALUES('fcnn.fingerprint','9c3bc0dce4609568','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "tags" VALUES('mlflow.parentRunId','a877004a59a64077b4706f981c704f85','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2969 1795627570','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "tags" VALUES('mlflow.runName','relu, 2-4-1, seed 1','ed6f0c7ccda643adb7a6e004f65b54e0');
INSERT INTO "tags" VALUES('fcnn.study','tiny','76be59162113403c905f24024867d56a');
INSERT INTO "tags" VALUES('fcnn.fingerprint','6bc010beb8cc2ad0','76be59162113403c905f24024867d56a');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','76be59162113403c905f24024867d56a');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','76be59162113403c905f24024867d56a');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','76be59162113403c905f24024867d56a');
INSERT INTO "tags" VALUES('mlflow.parentRunId','a877004a59a64077b4706f981c704f85','76be59162113403c905f24024867d56a');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2969 1795627570','76be59162113403c905f24024867d56a');
INSERT INTO "tags" VALUES('mlflow.runName','tanh, 2-2-1, seed 0','76be59162113403c905f24024867d56a');
INSERT INTO "tags" VALUES('fcnn.study','tiny','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "tags" VALUES('fcnn.fingerprint','1502164b3d392c81','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "tags" VALUES('mlflow.parentRunId','a877004a59a64077b4706f981c704f85','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2969 1795627570','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "tags" VALUES('mlflow.runName','tanh, 2-2-1, seed 1','e011ff3511ee41be855687bb7f7a7417');
INSERT INTO "tags" VALUES('fcnn.study','tiny','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "tags" VALUES('fcnn.fingerprint','237a46c4150e4adb','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "tags" VALUES('mlflow.parentRunId','a877004a59a64077b4706f981c704f85','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2969 1795627570','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "tags" VALUES('mlflow.runName','tanh, 2-4-1, seed 0','e98b8ac977a0434a9ba7017a8eccc74a');
INSERT INTO "tags" VALUES('fcnn.study','tiny','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "tags" VALUES('fcnn.fingerprint','a85f43157490235f','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "tags" VALUES('mlflow.parentRunId','a877004a59a64077b4706f981c704f85','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2969 1795627570','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "tags" VALUES('mlflow.runName','tanh, 2-4-1, seed 1','223e00c67d684a2c8d2e3be4fc16a1dc');
INSERT INTO "tags" VALUES('fcnn.study','table','d49105847b7a45469e3887c507b1e8e7');
INSERT INTO "tags" VALUES('mlflow.note.content','

| hyperparameter | values |
|---|---|
| model.activation | relu, tanh |

**Best run:** tanh, seed 0, validation loss 2.18. Figures and tables: Artifacts, folder `report`.','d49105847b7a45469e3887c507b1e8e7');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2986 1795627580','d49105847b7a45469e3887c507b1e8e7');
INSERT INTO "tags" VALUES('mlflow.runName','sweep of 4 runs','d49105847b7a45469e3887c507b1e8e7');
INSERT INTO "tags" VALUES('fcnn.runs','4','d49105847b7a45469e3887c507b1e8e7');
INSERT INTO "tags" VALUES('fcnn.study','table','db5d724ade1a44269e600c723c664a28');
INSERT INTO "tags" VALUES('fcnn.fingerprint','a2b86364cd42ab16','db5d724ade1a44269e600c723c664a28');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','db5d724ade1a44269e600c723c664a28');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','db5d724ade1a44269e600c723c664a28');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','db5d724ade1a44269e600c723c664a28');
INSERT INTO "tags" VALUES('mlflow.parentRunId','d49105847b7a45469e3887c507b1e8e7','db5d724ade1a44269e600c723c664a28');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2986 1795627580','db5d724ade1a44269e600c723c664a28');
INSERT INTO "tags" VALUES('mlflow.runName','relu, seed 0','db5d724ade1a44269e600c723c664a28');
INSERT INTO "tags" VALUES('fcnn.study','table','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "tags" VALUES('fcnn.fingerprint','e05acb43757c1833','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "tags" VALUES('mlflow.parentRunId','d49105847b7a45469e3887c507b1e8e7','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2986 1795627580','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "tags" VALUES('mlflow.runName','relu, seed 1','25c9765f1bec403bb1f5f7bd536569c0');
INSERT INTO "tags" VALUES('fcnn.study','table','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "tags" VALUES('fcnn.fingerprint','8eb1f12d59b50d80','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "tags" VALUES('mlflow.parentRunId','d49105847b7a45469e3887c507b1e8e7','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2986 1795627580','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "tags" VALUES('mlflow.runName','tanh, seed 0','d1b930bca4e84ee19b714bf65ff71dbb');
INSERT INTO "tags" VALUES('fcnn.study','table','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "tags" VALUES('fcnn.fingerprint','055e0e90fe858c14','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "tags" VALUES('mlflow.parentRunId','d49105847b7a45469e3887c507b1e8e7','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 2986 1795627580','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "tags" VALUES('mlflow.runName','tanh, seed 1','8eee40d2b7ff4ec7b938d47e44ee2fb2');
INSERT INTO "tags" VALUES('fcnn.study','rates','4da3312f4e97438fb9f68b49a425df87');
INSERT INTO "tags" VALUES('mlflow.note.content','

| hyperparameter | values |
|---|---|
| optimizer.learning_rate | 0.1, 1000000.0 |','4da3312f4e97438fb9f68b49a425df87');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 3000 1795627588','4da3312f4e97438fb9f68b49a425df87');
INSERT INTO "tags" VALUES('mlflow.runName','sweep of 2 runs','4da3312f4e97438fb9f68b49a425df87');
INSERT INTO "tags" VALUES('fcnn.runs','2','4da3312f4e97438fb9f68b49a425df87');
INSERT INTO "tags" VALUES('fcnn.study','rates','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "tags" VALUES('fcnn.fingerprint','37beae1f619a8eb5','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "tags" VALUES('mlflow.parentRunId','4da3312f4e97438fb9f68b49a425df87','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 3000 1795627588','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "tags" VALUES('mlflow.runName','learning rate 0.1, seed 0','6d9be1162b4c4ac286f55a0f5cda5d4a');
INSERT INTO "tags" VALUES('fcnn.study','rates','a557647b0d63483a8de26699cd089f89');
INSERT INTO "tags" VALUES('fcnn.fingerprint','e645dc236ec1605f','a557647b0d63483a8de26699cd089f89');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','a557647b0d63483a8de26699cd089f89');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','a557647b0d63483a8de26699cd089f89');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','a557647b0d63483a8de26699cd089f89');
INSERT INTO "tags" VALUES('mlflow.parentRunId','4da3312f4e97438fb9f68b49a425df87','a557647b0d63483a8de26699cd089f89');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 3000 1795627588','a557647b0d63483a8de26699cd089f89');
INSERT INTO "tags" VALUES('mlflow.runName','learning rate 1000000.0, seed 0','a557647b0d63483a8de26699cd089f89');
INSERT INTO "tags" VALUES('fcnn.diverged_epoch','2','a557647b0d63483a8de26699cd089f89');
INSERT INTO "tags" VALUES('fcnn.error','diverged at epoch 2: the loss is not finite','a557647b0d63483a8de26699cd089f89');
INSERT INTO "tags" VALUES('fcnn.error','1 of 2 runs failed:
  study.name=rates optimizer=sgd optimizer.learning_rate=1000000.0 training.seed=0 training.epochs=3 dataset.n_points=200 tracking.save_model=False: diverged at epoch 2: the loss is not finite
python scripts/report.py study=rates draws the others','4da3312f4e97438fb9f68b49a425df87');
INSERT INTO "tags" VALUES('fcnn.study','single','feb3916d679b4a799fc9228550a95975');
INSERT INTO "tags" VALUES('fcnn.fingerprint','2dd5c90fc660ebb0','feb3916d679b4a799fc9228550a95975');
INSERT INTO "tags" VALUES('fcnn.versions','python 3.11.7, numpy 2.4.6, keras 3.15.1, tensorflow 2.21.0, torch 2.13.0+cpu, scikit-learn 1.9.1, mlflow 3.17.2, numerics 2','feb3916d679b4a799fc9228550a95975');
INSERT INTO "tags" VALUES('fcnn.commit','8deb9c9f12bc','feb3916d679b4a799fc9228550a95975');
INSERT INTO "tags" VALUES('fcnn.machine','Linux, x86_64, AMD EPYC','feb3916d679b4a799fc9228550a95975');
INSERT INTO "tags" VALUES('fcnn.process','5ab48cb07d36 132df415bc5e eb10ff4a005a 3013 1795627595','feb3916d679b4a799fc9228550a95975');
INSERT INTO "tags" VALUES('mlflow.runName','tanh, 2-16-1, adam, learning rate 0.001, seed 0','feb3916d679b4a799fc9228550a95975');
CREATE TABLE "trace_info" (
	request_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	timestamp_ms BIGINT NOT NULL, 
	execution_time_ms BIGINT, 
	status VARCHAR(50) NOT NULL, 
	client_request_id VARCHAR(50), 
	request_preview VARCHAR(1000), 
	response_preview VARCHAR(1000), 
	db_payload_generation INTEGER DEFAULT '0' NOT NULL, trace_name VARCHAR(4096), session_id VARCHAR(250), input_tokens BIGINT, output_tokens BIGINT, total_tokens BIGINT, cache_read_input_tokens BIGINT, cache_creation_input_tokens BIGINT, cache_creation_input_tokens_above_1hr BIGINT, input_cost FLOAT, output_cost FLOAT, total_cost FLOAT, 
	CONSTRAINT trace_info_pk PRIMARY KEY (request_id), 
	CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE trace_metrics (
	request_id VARCHAR(50) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT, 
	CONSTRAINT trace_metrics_pk PRIMARY KEY (request_id, "key"), 
	CONSTRAINT fk_trace_metrics_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE "trace_request_metadata" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	request_id VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_request_metadata_pk PRIMARY KEY ("key", request_id), 
	CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE "trace_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	request_id VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_tag_pk PRIMARY KEY ("key", request_id), 
	CONSTRAINT fk_trace_tags_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE webhook_events (
	webhook_id VARCHAR(256) NOT NULL, 
	entity VARCHAR(50) NOT NULL, 
	action VARCHAR(50) NOT NULL, 
	CONSTRAINT webhook_event_pk PRIMARY KEY (webhook_id, entity, action), 
	FOREIGN KEY(webhook_id) REFERENCES webhooks (webhook_id) ON DELETE cascade
);
CREATE TABLE "webhooks" (
	webhook_id VARCHAR(256) NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	description VARCHAR(1000), 
	url VARCHAR(500) NOT NULL, 
	status VARCHAR(20) DEFAULT 'ACTIVE' NOT NULL, 
	secret VARCHAR(1000), 
	creation_timestamp BIGINT, 
	last_updated_timestamp BIGINT, 
	deleted_timestamp BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT webhook_pk PRIMARY KEY (webhook_id)
);
CREATE TABLE workspaces (
	name VARCHAR(63) NOT NULL, 
	description TEXT, 
	default_artifact_root TEXT, trace_archival_location TEXT, trace_archival_retention VARCHAR(32), 
	CONSTRAINT workspaces_pk PRIMARY KEY (name)
);
INSERT INTO "workspaces" VALUES('default','Default workspace for legacy resources',NULL,NULL,NULL);
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_trace_tags_request_id ON trace_tags (request_id);
CREATE INDEX index_trace_request_metadata_request_id ON trace_request_metadata (request_id);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type);
CREATE INDEX index_logged_model_metrics_model_id ON logged_model_metrics (model_id);
CREATE INDEX index_entity_associations_association_id ON entity_associations (association_id);
CREATE INDEX index_entity_associations_reverse_lookup ON entity_associations (destination_type, destination_id, source_type, source_id);
CREATE INDEX idx_webhook_events_entity ON webhook_events (entity);
CREATE INDEX idx_webhook_events_action ON webhook_events (action);
CREATE INDEX idx_webhook_events_entity_action ON webhook_events (entity, action);
CREATE UNIQUE INDEX index_scorers_experiment_id_scorer_name ON scorers (experiment_id, scorer_name);
CREATE INDEX index_scorer_versions_scorer_id ON scorer_versions (scorer_id);
CREATE INDEX index_evaluation_dataset_tags_dataset_id ON evaluation_dataset_tags (dataset_id);
CREATE INDEX index_evaluation_dataset_records_dataset_id ON evaluation_dataset_records (dataset_id);
CREATE INDEX index_endpoint_model_mappings_endpoint_id ON endpoint_model_mappings (endpoint_id);
CREATE INDEX index_endpoint_model_mappings_model_definition_id ON endpoint_model_mappings (model_definition_id);
CREATE INDEX index_endpoint_tags_endpoint_id ON endpoint_tags (endpoint_id);
CREATE INDEX index_trace_metrics_request_id ON trace_metrics (request_id);
CREATE UNIQUE INDEX unique_endpoint_model_linkage_mapping ON endpoint_model_mappings (endpoint_id, model_definition_id, linkage_type);
CREATE INDEX index_span_metrics_trace_id_span_id ON span_metrics (trace_id, span_id);
CREATE INDEX index_evaluation_datasets_name ON evaluation_datasets (name);
CREATE INDEX index_evaluation_datasets_created_time ON evaluation_datasets (created_time);
CREATE INDEX idx_webhooks_status ON webhooks (status);
CREATE INDEX idx_webhooks_name ON webhooks (name);
CREATE TRIGGER prevent_secrets_aad_mutation
BEFORE UPDATE ON secrets
FOR EACH ROW
WHEN OLD.secret_id != NEW.secret_id OR OLD.secret_name != NEW.secret_name
BEGIN
    SELECT RAISE(ABORT, 'secret_id and secret_name are immutable (used as AAD in encryption)');
END;
CREATE INDEX index_model_definitions_secret_id ON model_definitions (secret_id);
CREATE INDEX index_model_definitions_provider ON model_definitions (provider);
CREATE INDEX index_jobs_name_status_creation_time ON jobs (job_name, workspace, status, creation_time);
CREATE INDEX idx_experiments_workspace ON experiments (workspace);
CREATE INDEX idx_registered_models_workspace ON registered_models (workspace);
CREATE INDEX idx_experiments_workspace_creation_time ON experiments (workspace, creation_time);
CREATE INDEX idx_evaluation_datasets_workspace ON evaluation_datasets (workspace);
CREATE INDEX idx_webhooks_workspace ON webhooks (workspace);
CREATE INDEX idx_secrets_workspace ON secrets (workspace);
CREATE INDEX idx_endpoints_workspace ON endpoints (workspace);
CREATE INDEX idx_model_definitions_workspace ON model_definitions (workspace);
CREATE INDEX idx_budget_policies_workspace ON budget_policies (workspace);
CREATE INDEX index_issues_experiment_id ON issues (experiment_id);
CREATE INDEX index_issues_source_run_id ON issues (source_run_id);
CREATE INDEX index_issues_status ON issues (status);
CREATE INDEX index_metrics_run_uuid_key_step ON metrics (run_uuid, "key", step);
CREATE INDEX idx_guardrails_workspace ON guardrails (workspace);
CREATE INDEX idx_guardrails_scorer ON guardrails (scorer_id, scorer_version);
CREATE INDEX idx_guardrail_configs_endpoint_id ON guardrail_configs (endpoint_id);
CREATE INDEX idx_guardrail_configs_guardrail_id ON guardrail_configs (guardrail_id);
CREATE INDEX idx_model_version_tags_workspace_name_version ON model_version_tags (workspace, name, version);
CREATE INDEX idx_registered_model_tags_workspace_name ON registered_model_tags (workspace, name);
CREATE INDEX index_label_schemas_experiment_id ON label_schemas (experiment_id);
CREATE INDEX index_review_queues_experiment_id ON review_queues (experiment_id);
CREATE INDEX index_review_queue_users_user_id ON review_queue_users (user_id);
CREATE INDEX index_review_queue_items_queue_id_status ON review_queue_items (queue_id, status);
CREATE INDEX index_review_queue_items_item_id ON review_queue_items (item_id);
CREATE INDEX index_review_queue_label_schemas_schema_id ON review_queue_label_schemas (schema_id);
CREATE INDEX idx_mcp_server_versions_latest ON mcp_server_versions (workspace, name, status, version_major DESC, version_minor DESC, version_patch DESC);
CREATE INDEX ix_mcp_access_endpoints_server_name ON mcp_access_endpoints (workspace, server_name);
CREATE INDEX ix_mcp_access_endpoints_version ON mcp_access_endpoints (workspace, server_name, server_version);
CREATE INDEX ix_mcp_access_endpoints_alias ON mcp_access_endpoints (workspace, server_name, server_alias);
CREATE INDEX idx_budget_policies_target_value ON budget_policies (target_value);
CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON trace_info (experiment_id, timestamp_ms);
CREATE INDEX index_trace_info_timestamp_ms_request_id ON trace_info (timestamp_ms, request_id);
CREATE INDEX index_assessments_assessment_type ON assessments (assessment_type);
CREATE INDEX index_assessments_run_id_created_timestamp ON assessments (run_id, created_timestamp);
CREATE INDEX index_assessments_last_updated_timestamp ON assessments (last_updated_timestamp);
CREATE INDEX index_assessments_trace_id_created_timestamp ON assessments (trace_id, created_timestamp);
CREATE INDEX index_spans_experiment_id_start_time ON spans (experiment_id, start_time_unix_nano);
CREATE INDEX index_spans_experiment_id_status_type ON spans (experiment_id, status, type);
CREATE INDEX index_spans_experiment_id_type_status ON spans (experiment_id, type, status);
CREATE INDEX index_spans_experiment_id_duration ON spans (experiment_id, duration_ns);
CREATE INDEX index_trace_info_experiment_id_session_id ON trace_info (experiment_id, session_id);
CREATE INDEX idx_trace_rollups_lookup ON sql_trace_metric_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, trace_status);
CREATE INDEX idx_span_cost_rollups_lookup ON sql_span_cost_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, model_name, model_provider);
CREATE INDEX idx_assessment_rollups_lookup ON sql_assessment_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set);
CREATE INDEX idx_spans_cost_trace_time_cover ON spans (trace_id, start_time_unix_nano);
CREATE INDEX idx_spans_cost_exp_time_cover ON spans (experiment_id, start_time_unix_nano);
CREATE INDEX idx_assessments_exp_trace_ts ON assessments (experiment_id, trace_timestamp_ms);
CREATE INDEX idx_assessments_exp_trace_ts_name ON assessments (experiment_id, trace_timestamp_ms, name);
CREATE INDEX idx_assessments_exp_name_valid ON assessments (experiment_id, name, valid);
CREATE INDEX index_job_locks_job_id ON job_locks (job_id);
CREATE INDEX index_jobs_status_lease_expires_at ON jobs (status, lease_expires_at);
COMMIT;
