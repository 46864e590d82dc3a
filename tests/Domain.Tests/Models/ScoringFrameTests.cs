using System.Buffers.Binary;
using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;

namespace FewShotAD.Domain.Tests.Models;

/// <summary>What portal and scoring process write comes back as it was; what nobody of them writes is refused before memory is taken.</summary>
public sealed class ScoringFrameTests
{
    private static readonly WarmBundle Bundle = new("team/model/ab/hash", "/data/model.fsad", new string('a', 64));

    public static TheoryData<ScoringRequest> Requests =>
    [
        new ScoringRequest.Load(1, Bundle), new ScoringRequest.Score(long.MaxValue, Bundle, 224, true), new ScoringRequest.Cancel(3),
    ];

    public static TheoryData<ScoringAnswer> Answers =>
    [
        new ScoringAnswer.Ready(1, "cpu", 2), new ScoringAnswer.Loaded(1, 5, 0.5), new ScoringAnswer.Scored(2, 1.0 / 3, 1e-9, 8),
        new ScoringAnswer.Failed(3, ErrorKind.Invalid, "code", "“words”\n"), new ScoringAnswer.Dropped("key"),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_comes_back(ScoringRequest request) => Assert.Equal(request, (await Turn(request, [1, 2, 3])).Message);

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_comes_back(ScoringAnswer answer)
    {
        var frame = await Turn(answer, [9, 8]);
        Assert.Equal(answer, frame.Message);
        Assert.Equal([9, 8], frame.Body);
    }

    [Fact]
    public async Task Frames_follow_each_other_and_end_with_the_stream()
    {
        using var stream = new MemoryStream(
            [.. ScoringFrames.Encode<ScoringRequest>(new ScoringRequest.Cancel(1), []), .. ScoringFrames.Encode<ScoringRequest>(new ScoringRequest.Cancel(2), [7])]);
        Assert.Equal(new ScoringRequest.Cancel(1), (await Read(stream))!.Value.Message);
        Assert.Equal([7], (await Read(stream))!.Value.Body);
        Assert.Null(await Read(stream));
    }

    [Fact]
    public async Task A_torn_frame_is_no_end()
    {
        var frame = ScoringFrames.Encode<ScoringRequest>(new ScoringRequest.Cancel(1), [1, 2, 3]);
        for (var length = 1; length < frame.Length; length++)
            await Assert.ThrowsAsync<EndOfStreamException>(() => Read(new MemoryStream(frame[..length])));
    }

    [Theory]
    [InlineData(uint.MaxValue, 0)]
    [InlineData(0, 0)]
    [InlineData(10, uint.MaxValue)]
    [InlineData(ScoringFrames.MaxMessageBytes + 1, 0)]
    [InlineData(10, ScoringFrames.MaxBodyBytes + 1)]
    public async Task Hostile_lengths_are_refused(uint message, uint body)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        await Assert.ThrowsAsync<InvalidDataException>(() => Read(new MemoryStream(Prefix("FSSF", message, body))));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Theory]
    [InlineData("HTTP", "{\"type\":\"cancel\",\"id\":1}")]
    [InlineData("FSSF", "{\"type\":\"cancel\"}")]
    [InlineData("FSSF", "{\"type\":\"format\",\"id\":1}")]
    [InlineData("FSSF", "{\"type\":\"load\",\"id\":1,\"bundle\":null}")]
    [InlineData("FSSF", "{\"type\":\"cancel\",\"id\":\"\\ud800\"}")]
    [InlineData("FSSF", "null")]
    [InlineData("FSSF", "OpenMP: 2 threads")]
    public async Task What_is_no_message_is_refused(string magic, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        await Assert.ThrowsAsync<InvalidDataException>(() => Read(new MemoryStream([.. Prefix(magic, (uint)bytes.Length, 0), .. bytes])));
    }

    [Fact]
    public void A_frame_that_would_be_refused_is_not_written() =>
        Assert.Throws<ArgumentException>(() => ScoringFrames.Encode<ScoringRequest>(new ScoringRequest.Cancel(1), new byte[ScoringFrames.MaxBodyBytes + 1]));

    private static byte[] Prefix(string magic, uint message, uint body)
    {
        var prefix = new byte[12];
        Encoding.ASCII.GetBytes(magic).CopyTo(prefix, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.AsSpan(4), message);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.AsSpan(8), body);
        return prefix;
    }

    private static Task<ScoringFrame<ScoringRequest>?> Read(Stream stream) => ScoringFrames.ReadAsync<ScoringRequest>(stream, Ct);

    private static async Task<ScoringFrame<T>> Turn<T>(T message, byte[] body)
        where T : class => (await ScoringFrames.ReadAsync<T>(new MemoryStream(ScoringFrames.Encode(message, body)), Ct))!.Value;
}
