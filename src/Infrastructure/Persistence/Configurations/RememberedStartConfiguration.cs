using FewShotAD.Domain.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class RememberedStartConfiguration : IEntityTypeConfiguration<RememberedStart>
{
    public void Configure(EntityTypeBuilder<RememberedStart> builder)
    {
        builder.ToTable("RememberedStarts");
        builder.HasKey(start => new { start.TenantId, start.Key }); // two requests with one key make one run
        builder.Property(start => start.Key).HasMaxLength(RememberedStart.KeyMaxLength);
        builder.Property(start => start.RequestHash).HasMaxLength(64).IsFixedLength();
        builder.HasIndex(start => new { start.TenantId, start.At });
        builder.HasOne<TrainingRun>().WithMany().HasForeignKey(start => new { start.TenantId, start.RunId }).OnDelete(DeleteBehavior.Cascade);
    }
}
