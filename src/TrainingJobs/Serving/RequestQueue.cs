using FewShotAD.Domain.Models;
using static FewShotAD.Domain.Models.ScoringRequest;

namespace FewShotAD.TrainingJobs.Serving;

/// <summary>A request to score with the pixels that came with it.</summary>
internal sealed record WaitingImage(Score Request, byte[] Pixels);

/// <summary>What is done next: either a model to load, or images of one model.</summary>
internal sealed record Work(Load? Load, IReadOnlyList<WaitingImage> Images)
{
    public WarmBundle Bundle => Load?.Bundle ?? Images[0].Request.Bundle;

    public IReadOnlyList<long> Ids => Load is null ? [.. Images.Select(image => image.Request.Id)] : [Load.Id];
}

/// <summary>Requests in the order in which they came. One thread puts, one takes.</summary>
internal sealed class RequestQueue
{
    private readonly object gate = new();
    private readonly LinkedList<(Load? Load, WaitingImage? Image)> waiting = new();
    private bool closed;

    public void Put(Load load) => Put((load, null));

    public void Put(WaitingImage image) => Put((null, image));

    /// <summary>Takes a waiting request out; one that is being worked on stays.</summary>
    public void Cancel(long id)
    {
        lock (gate)
        {
            for (var node = waiting.First; node is not null; node = node.Next)
            {
                if ((node.Value.Load?.Id ?? node.Value.Image!.Request.Id) != id)
                    continue;
                waiting.Remove(node);
                return;
            }
        }
    }

    /// <summary>No more will come. What waits is not taken any more: nobody is left to hear the answer.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>
    /// Waits for the next piece of work: the request that waits longest, and with an image those of the same model that wait behind
    /// it, whatever stands between. Null at the end.
    /// </summary>
    public Work? Take(int most)
    {
        lock (gate)
        {
            while (!closed && waiting.First is null)
                Monitor.Wait(gate);
            if (closed)
                return null;
            var first = waiting.First!;
            return first.Value.Load is { } load ? Remove(first, load) : new Work(null, Together(first, most));
        }
    }

    private Work Remove(LinkedListNode<(Load? Load, WaitingImage? Image)> node, Load load)
    {
        waiting.Remove(node);
        return new Work(load, []);
    }

    private List<WaitingImage> Together(LinkedListNode<(Load? Load, WaitingImage? Image)> first, int most)
    {
        var leader = first.Value.Image!.Request;
        var taken = new List<WaitingImage>();
        for (var node = first; node is not null && taken.Count < most;)
        {
            var next = node.Next;
            if (node.Value.Image is { } image && (node == first || Fits(image.Request, leader)))
            {
                taken.Add(image);
                waiting.Remove(node);
            }

            node = next;
        }

        return taken;
    }

    private static bool Fits(Score request, Score leader) =>
        !leader.Alone && !request.Alone && request.Side == leader.Side && request.Bundle.Key == leader.Bundle.Key;

    private void Put((Load? Load, WaitingImage? Image) request)
    {
        lock (gate)
        {
            waiting.AddLast(request);
            Monitor.PulseAll(gate);
        }
    }
}
