// Every class starts processes of its own; more than two at a time only get in each other's way.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
