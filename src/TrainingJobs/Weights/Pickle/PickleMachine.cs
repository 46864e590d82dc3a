using System.Numerics;

namespace FewShotAD.TrainingJobs.Weights.Pickle;

/// <summary>
/// Reads one pickle (protocols 2 to 5, as PyTorch writes them) into plain values, references to storages and views of them.
/// It is a stack machine whose only calls are those of <see cref="PickleGlobals"/>; operations that make objects of classes do
/// not exist here. Stack, memo and input are bounded, and nothing recurses.
/// Source: the opcodes as documented in Python's <c>pickletools</c>.
/// </summary>
internal sealed partial class PickleMachine
{
    /// <summary>Python hands a dictionary over in thousands; no honest file needs more.</summary>
    private const int MaxStack = 1 << 17;

    /// <summary>A network of 600 tensors makes 9 000 entries.</summary>
    private const int MaxMemo = 1 << 20;

    private const int MaxNumberBytes = 32;
    private const byte MaxProtocol = 5;

    private readonly PickleInput input;
    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = new();
    private readonly Dictionary<int, object?> memo = [];
    private readonly Action<StorageReference>? storageSeen;

    private PickleMachine(PickleInput input, Action<StorageReference>? storageSeen) => (this.input, this.storageSeen) = (input, storageSeen);

    /// <param name="stream">Stands behind the pickle afterwards.</param>
    /// <param name="limit">Bytes that the pickle may have.</param>
    /// <param name="storageSeen">Told about every mention of a storage.</param>
    /// <exception cref="InvalidDataException">Not a pickle, or one that wants more than weights need.</exception>
    public static object? Load(Stream stream, long limit, Action<StorageReference>? storageSeen = null)
    {
        var machine = new PickleMachine(new PickleInput(stream, limit), storageSeen);
        while (machine.Step((Opcode)machine.input.Byte()))
        {
        }

        return machine.stack.Count == 1 && machine.marks.Count == 0
            ? machine.stack[0]
            : throw new InvalidDataException("its directory of tensors ends in the middle");
    }

    private void Push(object? value)
    {
        if (stack.Count == MaxStack)
            throw new InvalidDataException("its directory of tensors is nested without end");
        stack.Add(value);
    }

    private object? Pop()
    {
        // Below a mark lies what somebody else has put there.
        if (stack.Count <= (marks.Count > 0 ? marks.Peek() : 0))
            throw new InvalidDataException("its directory of tensors takes more than it has");
        var value = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private T Pop<T>() => Pop() is T value ? value : throw new InvalidDataException("its directory of tensors mixes things up");

    /// <summary>What lies under the operands stays where it is and is changed there.</summary>
    private T Peek<T>()
    {
        var value = Pop<T>();
        stack.Add(value);
        return value;
    }

    private void Mark()
    {
        if (marks.Count == MaxStack)
            throw new InvalidDataException("its directory of tensors is nested without end");
        marks.Push(stack.Count);
    }

    private object?[] PopToMark()
    {
        if (!marks.TryPop(out var mark))
            throw new InvalidDataException("its directory of tensors closes what it never opened");
        var items = stack[mark..].ToArray();
        stack.RemoveRange(mark, stack.Count - mark);
        return items;
    }

    private object?[] Pop(int count)
    {
        var items = new object?[count];
        while (count > 0)
            items[--count] = Pop();
        return items;
    }

    private void Remember(int index)
    {
        if (index < 0 || memo.Count == MaxMemo)
            throw new InvalidDataException("it remembers more than it can need");
        var value = Pop();
        stack.Add(value);
        memo[index] = value;
    }

    private object? Recall(int index) =>
        memo.TryGetValue(index, out var value) ? value : throw new InvalidDataException("it recalls what it never said");

    private void PushNumber(int bytes)
    {
        if (bytes is < 0 or > MaxNumberBytes)
            throw new InvalidDataException("a number has no end");
        var value = new BigInteger(input.Bytes(bytes));
        if (value >= long.MinValue && value <= long.MaxValue)
            Push((long)value);
        else
            Push(value);
    }
}
