"""同类程序 Small scripts around libraries of others, each run by the Python those are installed in. They import nothing of ours."""
