/* Does nothing and succeeds: what a run costs, and nothing else. */
int main(void) { return 0; }
