; Other languages inside Dockerfiles, on the grammar tree-sitter-containerfile 0.9.2.
; Regular expressions are kept to what Rust's and Vim's read alike: `<` and `=` stand in brackets.

((comment) @injection.content
  (#set! injection.language "comment"))

; Every command is a document of its own. Its children are left out, as they are where nothing else is said:
; continuations, comments between the lines, and the markers of heredocs are no shell text.
((shell_command) @injection.content
  (#set! injection.language "bash"))

; After a SHELL of PowerShell it is that. The pattern above holds all the same: a query cannot take it back.
((source_file
  (shell_instruction
    (json_string_array
      .
      (json_string) @_shell))
  (run_instruction
    (shell_command) @injection.content))
  (#match? @_shell "(pwsh|powershell)")
  (#set! injection.language "powershell"))

((json_string_array) @injection.content
  (#set! injection.language "json")
  (#set! injection.include-children))

; The heredoc of a RUN is a script where the command is the marker alone, or a shell or interpreter beside it;
; otherwise it is some program's input. A `#!` line decides before that.
; A heredoc's line ends are nodes, so its children belong to it.

((run_instruction
  (shell_command) @_command
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_command "^([<][<]-?[\"']?[A-Za-z0-9_.]+[\"']? *|[<][<]-?[\"']?[A-Za-z0-9_.]+[\"']? +(/[^ ]*/)?(ba|da|k|z|a)?sh( +-[A-Za-z]+)* *|(/[^ ]*/)?(ba|da|k|z|a)?sh( +-[A-Za-z]+)* +[<][<]-?[\"']?[A-Za-z0-9_.]+[\"']? *)$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "bash")
  (#set! injection.include-children))

((run_instruction
  (shell_command) @_command
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_command "^([<][<]-?[\"']?[A-Za-z0-9_.]+[\"']? +(/[^ ]*/)?python[0-9.]*( +-[A-Za-z]+)* *|(/[^ ]*/)?python[0-9.]*( +-[A-Za-z]+)* +[<][<]-?[\"']?[A-Za-z0-9_.]+[\"']? *)$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "python")
  (#set! injection.include-children))

((run_instruction
  (shell_command) @_command
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_command "^([<][<]-?[\"']?[A-Za-z0-9_.]+[\"']? +(/[^ ]*/)?(node|nodejs)( +-[A-Za-z]+)* *|(/[^ ]*/)?(node|nodejs)( +-[A-Za-z]+)* +[<][<]-?[\"']?[A-Za-z0-9_.]+[\"']? *)$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "javascript")
  (#set! injection.include-children))

; A `#!` line

((heredoc_content) @injection.content
  (#match? @injection.content "^#![^ ]*/(env +(-S +)?)?(ba|da|k|z|a)?sh")
  (#set! injection.language "bash")
  (#set! injection.include-children))

((heredoc_content) @injection.content
  (#match? @injection.content "^#![^ ]*/(env +(-S +)?)?python")
  (#set! injection.language "python")
  (#set! injection.include-children))

((heredoc_content) @injection.content
  (#match? @injection.content "^#![^ ]*/(env +(-S +)?)?node")
  (#set! injection.language "javascript")
  (#set! injection.include-children))

; A file that COPY or ADD writes, by the ending of its name

((_
  (path) @_path
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_path "[.](sh|bash)$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "bash")
  (#set! injection.include-children))

((_
  (path) @_path
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_path "[.](ini|cfg|service)$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "ini")
  (#set! injection.include-children))

((_
  (path) @_path
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_path "[.](js|mjs|cjs)$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "javascript")
  (#set! injection.include-children))

((_
  (path) @_path
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_path "[.]json$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "json")
  (#set! injection.include-children))

((_
  (path) @_path
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_path "[.]py$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "python")
  (#set! injection.include-children))

((_
  (path) @_path
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_path "[.]sql$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "sql")
  (#set! injection.include-children))

((_
  (path) @_path
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_path "[.]toml$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "toml")
  (#set! injection.include-children))

((_
  (path) @_path
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_path "[.]xml$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "xml")
  (#set! injection.include-children))

((_
  (path) @_path
  .
  (heredoc_block
    (heredoc_content) @injection.content))
  (#match? @_path "[.](yaml|yml)$")
  (#not-match? @injection.content "^#!")
  (#set! injection.language "yaml")
  (#set! injection.include-children))
