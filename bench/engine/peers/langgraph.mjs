import { Annotation, END, MemorySaver, START, StateGraph } from '@langchain/langgraph'

const State = Annotation.Root({ text: Annotation() })

/** A chain of nodes that hand a text on. With `store`, LangGraph keeps its checkpoints in its own saver in memory. */
export const createChain = ({ steps, store }) => {
  const graph = new StateGraph(State)
  let last = START
  for (let index = 0; index < steps; index += 1) {
    const name = `step${index}`
    graph.addNode(name, async (state) => ({ text: `${state.text}` }))
    graph.addEdge(last, name)
    last = name
  }
  graph.addEdge(last, END)
  const app = graph.compile(store ? { checkpointer: new MemorySaver() } : {})
  let threads = 0
  return async (text) => {
    threads += 1
    const options = { recursionLimit: steps + 1, configurable: { thread_id: String(threads) } }
    return (await app.invoke({ text }, options)).text
  }
}
