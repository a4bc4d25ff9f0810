; What folds, on the grammar tree-sitter-containerfile 0.9.2. Editors leave out what is one line.

[
  (add_instruction)
  (arg_instruction)
  (cmd_instruction)
  (copy_instruction)
  (entrypoint_instruction)
  (env_instruction)
  (expose_instruction)
  (healthcheck_instruction)
  (label_instruction)
  (run_instruction)
  (volume_instruction)
] @fold

(comment)+ @fold
