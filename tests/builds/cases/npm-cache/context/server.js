console.log(require("express/package.json").version);
