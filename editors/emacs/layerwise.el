;;; layerwise.el --- Layerwise, the language server for Dockerfiles  -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; Tells eglot and lsp-mode of Layerwise, which knows what every line of a Dockerfile costs.  In the init file:
;;
;;     (require 'layerwise)
;;     (layerwise-setup)
;;
;; `layerwise-setup' starts the server in every Dockerfile, by lsp-mode where it is loaded already, else by eglot.
;; Without it, `M-x eglot' or `M-x lsp' does so when asked.

;;; Code:

(defgroup layerwise nil
  "The language server for Dockerfiles."
  :group 'tools
  :prefix "layerwise-")

(defcustom layerwise-command '("layerwise" "lsp")
  "The program that is the server, and its arguments."
  :type '(repeat string))

(defcustom layerwise-settings nil
  "The settings, as a property list with the keys of layerwise.toml.
For example (:extend [\"style\"] :rules (:consecutive-runs \"off\"))."
  :type 'plist)

(defvar eglot-server-programs)
(defvar eglot-workspace-configuration)
(defvar lsp-language-id-configuration)

(declare-function eglot-ensure "eglot")
(declare-function lsp-deferred "lsp-mode")
(declare-function lsp-register-client "lsp-mode")
(declare-function lsp-activate-on "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-workspace-root "lsp-mode")
(declare-function lsp--set-configuration "lsp-mode")
(declare-function lsp-configuration-section "lsp-mode")

;;;###autoload
(define-derived-mode layerwise-dockerfile-mode prog-mode "Dockerfile"
  "Major mode for Dockerfiles where no other is installed."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local comment-end ""))

(put 'layerwise-dockerfile-mode 'eglot-language-id "dockerfile")

(defconst layerwise-modes '(dockerfile-mode dockerfile-ts-mode layerwise-dockerfile-mode)
  "The major modes that the server is for.")

;;;###autoload
(defconst layerwise-file-names
  (concat "\\(?:\\`\\|/\\)\\(?:\\(?:[Dd]ocker\\|[Cc]ontainer\\)file\\(?:[.-][^/]*\\)?"
          "\\|[^/]*\\.\\(?:[Dd]ocker\\|[Cc]ontainer\\)file\\)\\'")
  "The names of the files that are Dockerfiles, but for `layerwise-other-names'.")

(defconst layerwise-other-names
  "\\(?:\\.\\(?:adoc\\|bak\\|bats\\|c\\|cc\\|cpp\\|cs\\|css\\|diff\\|dockerignore\\|erb\\|go\\|h\\|hpp\\|html\\|in\\|ipynb\\|j2\\|java\\|jinja\\|jinja2\\|js\\|json\\|jsx\\|kt\\|kts\\|lock\\|md\\|mustache\\|orig\\|patch\\|ps1\\|py\\|rb\\|rej\\|rs\\|rst\\|scss\\|sh\\|swp\\|template\\|tmpl\\|toml\\|tpl\\|ts\\|tsx\\|txt\\|vue\\|yaml\\|yml\\)\\|-\\(?:bak\\|in\\|j2\\|orig\\|template\\|tmpl\\|tpl\\)?\\|~\\)\\'"
  "The names of files that are only about a Dockerfile: templates, backups, sources.")

(defun layerwise-auto-mode ()
  "Turn on the mode for Dockerfiles, or, in a file that is only about one, its own."
  (if (string-match-p layerwise-other-names (or buffer-file-name ""))
      (let ((auto-mode-alist (delete (cons layerwise-file-names 'layerwise-auto-mode)
                                     (copy-sequence auto-mode-alist))))
        (set-auto-mode))
    (layerwise-dockerfile-mode)))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               (cons layerwise-modes (lambda (&rest _) layerwise-command))))

(with-eval-after-load 'lsp-mode
  (add-to-list 'lsp-language-id-configuration '(layerwise-dockerfile-mode . "dockerfile"))
  (add-to-list 'lsp-language-id-configuration '(dockerfile-ts-mode . "dockerfile"))
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection (lambda () layerwise-command))
                    :activation-fn (lsp-activate-on "dockerfile")
                    :priority 1
                    :server-id 'layerwise)))

(defun layerwise--set-eglot-settings ()
  "Give eglot the settings, beside those of other servers.
It does not look for them in the buffer of a Dockerfile, but in one of the project."
  (let ((all (and (default-boundp 'eglot-workspace-configuration)
                  (default-value 'eglot-workspace-configuration))))
    (when (and layerwise-settings (or (null all) (keywordp (car-safe all))))
      (setq-default eglot-workspace-configuration
                    (plist-put (copy-sequence all) :layerwise layerwise-settings)))))

(defun layerwise-ensure ()
  "Start the server for this buffer."
  (layerwise--set-eglot-settings)
  (if (featurep 'lsp-mode) (lsp-deferred) (eglot-ensure)))

(defun layerwise--needs-mode-p ()
  "Whether no major mode for Dockerfiles is there."
  (not (or (fboundp 'dockerfile-mode)
           (and (fboundp 'dockerfile-ts-mode)
                (fboundp 'treesit-ready-p)
                (treesit-ready-p 'dockerfile t)))))

(declare-function treesit-ready-p "treesit")

;;;###autoload
(defun layerwise-setup ()
  "Start the server in every Dockerfile.
Where no major mode for them is installed, `layerwise-dockerfile-mode' is used."
  (when (layerwise--needs-mode-p)
    (add-to-list 'auto-mode-alist (cons layerwise-file-names 'layerwise-auto-mode)))
  (dolist (mode layerwise-modes)
    (add-hook (intern (format "%s-hook" mode)) #'layerwise-ensure)))

(provide 'layerwise)
;;; layerwise.el ends here
